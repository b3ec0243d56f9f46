package dev.penstock.operator.status;

import java.util.Optional;

/**
 * One step on the way to Ready.
 *
 * @param type the condition that shows it, or empty if somebody else writes that condition
 * @param verdict what was found
 */
public record Phase(Optional<String> type, Verdict verdict) {
    /** A phase that the operator shows as a condition. */
    public static Phase shown(String type, Verdict verdict) {
        return new Phase(Optional.of(type), verdict);
    }

    /** A phase whose condition somebody else writes; it counts for Ready. */
    public static Phase counted(Verdict verdict) {
        return new Phase(Optional.empty(), verdict);
    }
}
