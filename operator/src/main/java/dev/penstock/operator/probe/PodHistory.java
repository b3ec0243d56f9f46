package dev.penstock.operator.probe;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.penstock.wire.PodReport;

/**
 * Since when the pod of an ordinal has not answered. Silence counts from the first question without an answer, and only
 * when several in a row had none: a pause of the operator itself is nobody's failure. Owned by the thread of {@link PodRounds}.
 */
final class PodHistory {
    private static final int FEWEST_FAILURES = 3;

    private @Nullable String address;
    private @Nullable PodReport report;
    private String problem = "";
    private long silentSinceNanos;
    private int failures;
    private boolean asking;

    /** The address of the pod that is there now, null if there is none or it has none yet. */
    @Nullable
    String address() {
        return address;
    }

    /** Another pod, or none, stands for the ordinal; how long nothing was heard goes on. */
    void at(@Nullable String newAddress) {
        if (!Objects.equals(address, newAddress)) {
            address = newAddress;
            report = null;
            problem = "";
            asking = false;
        }
    }

    /** Whether a question may be sent: there is an address, and the last question is over. */
    boolean mayAsk() {
        return address != null && !asking;
    }

    void asked() {
        asking = true;
    }

    void answered(PodReport answer) {
        asking = false;
        report = answer;
        problem = "";
        failures = 0;
    }

    /** A question had no answer, or there was nobody to ask. */
    void failed(String why, long askedNanos) {
        asking = false;
        problem = why;
        if (failures++ == 0) {
            silentSinceNanos = askedNanos;
        }
    }

    PodHealth health(Duration window, long nowNanos) {
        boolean silent = failures >= FEWEST_FAILURES && nowNanos - silentSinceNanos >= window.toNanos();
        return new PodHealth(report, silent, problem);
    }
}
