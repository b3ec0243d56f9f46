package dev.penstock.operator.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.penstock.operator.telemetry.EventLedger.Due;
import dev.penstock.operator.telemetry.EventLedger.Subject;

import static org.assertj.core.api.Assertions.assertThat;

class EventLedgerTest {
    private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
    private static final Note LOST = new Note(true, "Unreachable", "refused");

    private final EventLedger ledger = new EventLedger();

    @Test
    void shouldFoldAThousandFlapsIntoAFewWrites() {
        int writes = 0;
        Due last = null;
        for (int second = 0; second < 1000; second++) {
            Instant now = START.plusSeconds(second);
            ledger.add(subject("door"), LOST, now, "door.1");
            for (Due due : ledger.due(now, 20)) {
                writes++;
                last = due;
                ledger.written(due, now);
            }
        }
        assertThat(writes).isBetween(5, 8);
        Due end = ledger.due(START.plusSeconds(2000), 20).getFirst();
        assertThat(end.count()).isEqualTo(1000);
        assertThat(end.first()).isEqualTo(START);
        assertThat(end.last()).isEqualTo(START.plusSeconds(999));
        assertThat(last.name()).isEqualTo("door.1");
    }

    @Test
    void shouldComeAgainUntilWritten() {
        ledger.add(subject("door"), LOST, START, "door.1");
        Due first = ledger.due(START, 20).getFirst();
        assertThat(ledger.due(START, 20)).containsExactly(first);
        ledger.add(subject("door"), new Note(true, "Unreachable", "no route"), START, "door.2");
        ledger.written(first, START);
        assertThat(ledger.due(START.plusSeconds(9), 20)).isEmpty();
        assertThat(ledger.due(START.plus(EventLedger.FIRST_PAUSE), 20)).singleElement().satisfies(due -> {
            assertThat(due.count()).isEqualTo(2);
            assertThat(due.note().message()).isEqualTo("no route");
            assertThat(due.name()).isEqualTo("door.1");
        });
    }

    @Test
    void shouldKeepApartWhatIsNotTheSame() {
        ledger.add(subject("door"), LOST, START, "1");
        ledger.add(subject("gate"), LOST, START, "2");
        ledger.add(subject("door"), new Note(false, "Connected", "ok"), START, "3");
        assertThat(ledger.due(START, 20)).hasSize(3);
        assertThat(ledger.due(START, 2)).hasSize(2);
    }

    @Test
    void shouldForgetTheOldestAndCountWhatWasNeverWritten() {
        for (int i = 0; i < EventLedger.CAPACITY + 10; i++) {
            ledger.add(subject("s" + i), LOST, START, "n" + i);
        }
        assertThat(ledger.size()).isEqualTo(EventLedger.CAPACITY);
        assertThat(ledger.takeDropped()).isEqualTo(10);
        assertThat(ledger.takeDropped()).isZero();
        List<Due> due = ledger.due(START, 1);
        assertThat(due.getFirst().subject().name()).isEqualTo("s10");
        ledger.drop(due.getFirst());
        assertThat(ledger.takeDropped()).isEqualTo(1);
        ledger.written(due.getFirst(), START.plus(Duration.ofSeconds(1)));
        assertThat(ledger.size()).isEqualTo(EventLedger.CAPACITY - 1);
    }

    private static Subject subject(String name) {
        return new Subject("penstock.dev/v1alpha1", "LiveStream", "video", name, "uid-" + name);
    }
}
