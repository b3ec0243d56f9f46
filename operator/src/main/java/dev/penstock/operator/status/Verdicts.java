package dev.penstock.operator.status;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures.NotServed;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdict.Wrong;

/** Verdicts that several kinds come to. */
public final class Verdicts {
    private Verdicts() {}

    /** The spec asks for nothing that is not served, or it is wrong. */
    public static Verdict accepted(List<NotServed> notServed) {
        return notServed.isEmpty()
                ? new Done(Reasons.ACCEPTED.word(), "The spec can be carried out")
                : new Wrong(Reasons.NOT_SERVED_YET.word(),
                        notServed.stream().map(NotServed::message).collect(Collectors.joining("; ")));
    }

    /**
     * What the pod says about serving a resource.
     *
     * @param conditions all conditions of the resource
     * @param generation its generation
     */
    public static Verdict served(@Nullable List<Condition> conditions, @Nullable Long generation) {
        Condition served = conditions == null
                ? null
                : conditions.stream().filter(c -> c.type().equals(ConditionTypes.SERVED)).findFirst().orElse(null);
        boolean isOld = served != null && served.observedGeneration() != null && generation != null
                && served.observedGeneration() < generation;
        if (served == null || isOld) {
            return new NotYet(Reasons.WAITING_FOR_POD.word(), "The pod has not taken it on yet");
        }
        return served.status() == Condition.Status.True
                ? new Done(Reasons.READY.word(), served.message())
                : new NotYet(served.reason(), served.message());
    }

    /** The operator's own conditions, in no order: what a patch would hold. */
    public static Set<Condition> own(@Nullable List<Condition> conditions) {
        return conditions == null
                ? Set.of()
                : conditions.stream().filter(c -> ConditionTypes.OF_OPERATOR.contains(c.type()))
                        .collect(Collectors.toUnmodifiableSet());
    }
}
