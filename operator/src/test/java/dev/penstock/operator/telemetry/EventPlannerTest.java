package dev.penstock.operator.telemetry;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition;
import dev.penstock.api.Condition.Status;

import static org.assertj.core.api.Assertions.assertThat;

class EventPlannerTest {
    private static final Instant CREATED = Instant.parse("2026-11-21T00:00:00Z");
    private static final String LATER = "2026-11-21T01:00:00Z";

    @Test
    void shouldSayNothingOfTheWayToReady() {
        List<Condition> fresh = List.of(is("Accepted", Status.True, "Accepted"),
                is("Placed", Status.False, "NoPods"), is("Ready", Status.False, "NoPods"),
                is("Reconciling", Status.True, "NoPods"), is("Stalled", Status.False, "NoPods"));
        List<Condition> waiting = List.of(is("Accepted", Status.True, "Accepted"),
                is("Placed", Status.True, "Placed"), is("Ready", Status.False, "WaitingForPod"),
                is("Stalled", Status.False, "WaitingForPod"));
        List<Condition> ready = List.of(is("Accepted", Status.True, "Accepted"), is("Placed", Status.True, "Placed"),
                is("Ready", Status.True, "Ready"), is("Stalled", Status.False, "Ready"),
                is("Served", Status.True, "Served"), is("SourceConnected", Status.True, "Connected"));

        assertThat(EventPlanner.plan(null, fresh)).isEmpty();
        assertThat(EventPlanner.plan(fresh, waiting)).isEmpty();
        assertThat(EventPlanner.plan(waiting, ready)).isEmpty();
        assertThat(EventPlanner.plan(ready, ready)).isEmpty();
        assertThat(EventPlanner.plan(ready, null)).isEmpty();
    }

    @Test
    void shouldWarnOncePerCauseAndSayWhenItHeals() {
        List<Condition> bad = List.of(is("Accepted", Status.False, "NoPool"), is("Placed", Status.Unknown, "NoPool"),
                is("Ready", Status.False, "NoPool"), is("Stalled", Status.False, "NoPool"));
        List<Condition> stalled = List.of(bad.get(0), bad.get(1), bad.get(2), is("Stalled", Status.True, "NoPool"));
        List<Condition> good = List.of(is("Accepted", Status.True, "Accepted"),
                is("Ready", Status.False, "WaitingForPod"), is("Stalled", Status.False, "WaitingForPod"));

        assertThat(EventPlanner.plan(null, bad)).containsExactly(new Note(true, "NoPool", "NoPool!"));
        assertThat(EventPlanner.plan(bad, stalled)).containsExactly(new Note(true, "NoPool", "NoPool!"));
        assertThat(EventPlanner.plan(stalled, good))
                .containsExactly(new Note(false, "Accepted", "Accepted!"));
    }

    @Test
    void shouldTellOfASourceThatIsLostAndComesBack() {
        Condition served = is("Served", Status.True, "Served");
        List<Condition> live = List.of(served, is("Live", Status.True, "Receiving"),
                is("SourceConnected", Status.True, "Connected"));
        List<Condition> lost = List.of(served, new Condition("Live", Status.False, 1L, LATER, "NoMedia", "refused"),
                new Condition("SourceConnected", Status.False, 1L, LATER, "Unreachable", "refused"));

        assertThat(EventPlanner.plan(live, lost)).containsExactly(new Note(true, "Unreachable", "refused"));
        assertThat(EventPlanner.plan(lost, live)).containsExactlyInAnyOrder(
                new Note(false, "Connected", "Connected!"), new Note(false, "Receiving", "Receiving!"));
    }

    @Test
    void shouldKnowWhichConditionsAreBadWhenTrue() {
        List<Condition> fine = List.of(is("UploadBacklogged", Status.False, "UploadsDone"));
        List<Condition> late = List.of(is("UploadBacklogged", Status.True, "UploadsWaiting"));

        assertThat(EventPlanner.plan(fine, late))
                .containsExactly(new Note(true, "UploadsWaiting", "UploadsWaiting!"));
        assertThat(EventPlanner.plan(late, fine))
                .containsExactly(new Note(false, "UploadsDone", "UploadsDone!"));
        assertThat(EventPlanner.plan(List.of(), List.of(is("Finalized", Status.True, "Finalized"))))
                .containsExactly(new Note(false, "Finalized", "Finalized!"));
    }

    @Test
    void shouldTellOfAPoolThatLosesItsPodsAndHasThemAgain() {
        List<Condition> ready = List.of(is("Accepted", Status.True, "Accepted"), is("Ready", Status.True, "Ready"));
        List<Condition> less = List.of(is("Accepted", Status.True, "Accepted"),
                new Condition("Ready", Status.False, 1L, LATER, "PodsNotReady", "1 of 2"));

        assertThat(EventPlanner.plan(ready, less)).containsExactly(new Note(true, "PodsNotReady", "1 of 2"));
        assertThat(EventPlanner.plan(less, ready)).containsExactly(new Note(false, "Ready", "Ready!"));
    }

    private static Condition is(String type, Status status, String reason) {
        return new Condition(type, status, 1L, CREATED.toString(), reason, reason + "!");
    }
}
