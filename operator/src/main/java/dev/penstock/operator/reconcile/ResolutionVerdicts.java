package dev.penstock.operator.reconcile;

import dev.penstock.api.Reasons;
import dev.penstock.operator.resolve.Resolution;
import dev.penstock.operator.status.Verdict;

/** What a reference that cannot be followed means for the resource that holds it. */
public final class ResolutionVerdicts {
    private ResolutionVerdicts() {}

    /** Found is done; missing heals by itself; refused waits for somebody. */
    public static Verdict of(Resolution<?> resolution) {
        return switch (resolution) {
            case Resolution.Found<?> _ -> new Verdict.Done(Reasons.ACCEPTED.word(), "All that it refers to is there");
            case Resolution.Missing<?>(Reasons reason, String message) -> new Verdict.Missing(reason.word(), message);
            case Resolution.Refused<?>(Reasons reason, String message) -> new Verdict.Wrong(reason.word(), message);
        };
    }
}
