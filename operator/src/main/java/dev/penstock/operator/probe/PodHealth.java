package dev.penstock.operator.probe;

import org.jspecify.annotations.Nullable;

import dev.penstock.wire.PodReport;

/**
 * What is known of the pod of an ordinal.
 *
 * @param report its last answer, or null if the pod that is there now has not answered yet
 * @param silent whether nothing was heard from this ordinal for the failure window
 * @param problem why the last question had no answer, empty if it had
 */
public record PodHealth(@Nullable PodReport report, boolean silent, String problem) {
    /** Nothing is known yet. */
    public static final PodHealth UNKNOWN = new PodHealth(null, false, "");

    /** Whether something is known that is worth planning anew: the sentence alone is not. */
    boolean isNewsAfter(PodHealth before) {
        return silent != before.silent || (report == null ? before.report != null : !report.equals(before.report));
    }
}
