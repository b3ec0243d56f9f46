package dev.penstock.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import dev.penstock.api.Condition;
import dev.penstock.api.Condition.Status;
import dev.penstock.operator.status.ConditionPlanner.Result;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.Missing;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdict.Wrong;

import static org.assertj.core.api.Assertions.assertThat;

class ConditionPlannerTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00.123Z");
    private static final String START_TEXT = "2026-11-21T10:00:00Z";

    @Test
    void shouldBeReadyWhenAllIsDone() {
        Map<String, Condition> all = byType(
                plan(List.of(), START, new Done("Accepted", ""), new Done("Served", "by a pod")));
        assertThat(all).containsOnlyKeys("Accepted", "Placed", "Ready", "Reconciling", "Stalled");
        assertThat(statuses(all, "Accepted", "Placed", "Ready", "Reconciling", "Stalled")).containsExactly(Status.True,
                Status.True,
                Status.True, Status.False, Status.False);
        assertThat(all.get("Ready"))
                .isEqualTo(new Condition("Ready", Status.True, 7L, START_TEXT, "Served", "by a pod"));
    }

    @Test
    void shouldReconcileWhenSomethingIsComing() {
        Map<String, Condition> all = byType(
                plan(List.of(), START, new NotYet("NoPods", "no pod yet"), new Done("Served", "")));
        assertThat(statuses(all, "Accepted", "Placed", "Ready", "Reconciling", "Stalled")).containsExactly(Status.False,
                Status.Unknown,
                Status.False, Status.True, Status.False);
        assertThat(all.get("Ready").reason()).isEqualTo("NoPods");
        assertThat(all.get("Reconciling").message()).isEqualTo("no pod yet");
    }

    @Test
    void shouldStallWhenSomebodyMustAct() {
        Result result = plan(List.of(), START, new Done("Accepted", ""),
                new Wrong("NotServedYet", "spec.x: not served yet"));
        Map<String, Condition> all = byType(result);
        assertThat(statuses(all, "Accepted", "Placed", "Ready", "Reconciling", "Stalled")).containsExactly(Status.True,
                Status.False,
                Status.False, Status.False, Status.True);
        assertThat(all.get("Stalled").message()).isEqualTo("spec.x: not served yet");
        assertThat(result.lookAgain()).isEmpty();
    }

    @Test
    void shouldKeepTheTransitionTimeWhileTheStatusStays() {
        List<Condition> before = plan(List.of(), START, new Done("A", ""), new NotYet("One", "1")).conditions();
        Map<String, Condition> after = byType(
                plan(before, START.plusSeconds(60), new Done("A", ""), new NotYet("Two", "2")));
        assertThat(after.get("Ready").lastTransitionTime()).isEqualTo(START_TEXT);
        assertThat(after.get("Ready").reason()).isEqualTo("Two");
        Map<String, Condition> done = byType(plan(before, START.plusSeconds(60), new Done("A", ""), new Done("B", "")));
        assertThat(done.get("Ready").lastTransitionTime()).isEqualTo("2026-11-21T10:01:00Z");
        assertThat(done.get("Accepted").lastTransitionTime()).isEqualTo(START_TEXT);
    }

    @Test
    void shouldGiveAMissingReferenceTwoMinutes() {
        Missing missing = new Missing("NoPool", "no pool");
        Result first = plan(List.of(), START, missing, new Done("B", ""));
        assertThat(statuses(byType(first), "Reconciling", "Stalled")).containsExactly(Status.True, Status.False);
        assertThat(first.lookAgain()).contains(Duration.ofMinutes(2));

        Result later = plan(first.conditions(), START.plusSeconds(90), missing, new Done("B", ""));
        assertThat(statuses(byType(later), "Reconciling", "Stalled")).containsExactly(Status.True, Status.False);
        assertThat(later.lookAgain().orElseThrow()).isLessThanOrEqualTo(Duration.ofSeconds(30));

        Result over = plan(later.conditions(), START.plusSeconds(120), missing, new Done("B", ""));
        assertThat(statuses(byType(over), "Reconciling", "Stalled")).containsExactly(Status.False, Status.True);
        assertThat(over.lookAgain()).isEmpty();

        Result still = plan(over.conditions(), START.plusSeconds(121), missing, new Done("B", ""));
        assertThat(statuses(byType(still), "Reconciling", "Stalled")).containsExactly(Status.False, Status.True);
        Result healed = plan(still.conditions(), START.plusSeconds(130), new Done("A", ""), new Done("B", ""));
        assertThat(statuses(byType(healed), "Ready", "Reconciling", "Stalled")).containsExactly(Status.True,
                Status.False, Status.False);
    }

    @Test
    void shouldGiveAnotherMissingReferenceItsOwnTwoMinutes() {
        Result stalled = plan(List.of(), START, new Wrong("NotServedYet", ""), new Done("B", ""));
        Result missing = plan(stalled.conditions(), START.plusSeconds(600), new Missing("NoPool", ""),
                new Done("B", ""));
        assertThat(statuses(byType(missing), "Reconciling", "Stalled")).containsExactly(Status.True, Status.False);
        assertThat(missing.lookAgain()).contains(ConditionPlanner.GRACE);
    }

    @Test
    void shouldLookOnlyAtItsOwnConditions() {
        Condition served = new Condition("Served", Status.True, 7L, START_TEXT, "Served", "");
        Result result = plan(List.of(served), START, new Done("A", ""), new Done("B", ""));
        assertThat(byType(result)).doesNotContainKey("Served");
        assertThat(Verdicts.own(List.of(served))).isEmpty();
    }

    @Test
    void shouldBelieveWhatThePodSaysOfTheCurrentGenerationOnly() {
        Condition served = new Condition("Served", Status.True, 6L, START_TEXT, "Served", "");
        assertThat(Verdicts.served(List.of(served), 6L)).isInstanceOf(Done.class);
        assertThat(Verdicts.served(List.of(served), 7L)).isInstanceOf(NotYet.class);
        assertThat(Verdicts.served(List.of(), 7L)).isInstanceOf(NotYet.class);
        Condition refused = new Condition("Served", Status.False, 7L, START_TEXT, "SecretNotFound", "why");
        assertThat(Verdicts.served(List.of(refused), 7L)).isEqualTo(new NotYet("SecretNotFound", "why"));
    }

    private static Result plan(List<Condition> before, Instant now, Verdict accepted, Verdict placed) {
        return ConditionPlanner.plan(List.of(Phase.shown("Accepted", accepted), Phase.shown("Placed", placed)), before,
                7L, now);
    }

    private static Map<String, Condition> byType(Result result) {
        return result.conditions().stream().collect(Collectors.toMap(Condition::type, Function.identity()));
    }

    private static List<Status> statuses(Map<String, Condition> all, String... types) {
        return List.of(types).stream().map(t -> all.get(t).status()).toList();
    }
}
