package dev.penstock.dataplane.resource;

import dev.penstock.api.Condition;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Reasons;

/**
 * A condition as a pod reports it; the writer adds when its status changed last.
 *
 * @param type one of {@link ConditionTypes#OF_DATAPLANE}
 * @param message a sentence for people, without secrets
 */
public record ReportedCondition(String type, Condition.Status status, Reasons reason, String message) {
    public ReportedCondition {
        if (!ConditionTypes.OF_DATAPLANE.contains(type)) {
            throw new IllegalArgumentException(type + " (expected: one of " + ConditionTypes.OF_DATAPLANE + ")");
        }
    }
}
