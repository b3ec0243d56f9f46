package dev.penstock.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.Condition.Status;
import dev.penstock.api.ConditionTypes;

/**
 * Makes the operator's conditions from phases. The first phase that is not done decides: Ready is False with its reason, and
 * either Reconciling (it will come by itself) or Stalled (somebody must act) is True, as kstatus expects; the phases after it are
 * Unknown. A missing reference is Reconciling for {@link #GRACE}, then Stalled.
 */
public final class ConditionPlanner {
    /** How long a reference may be missing before that counts as wrong. */
    public static final Duration GRACE = Duration.ofMinutes(2);

    /**
     * The operator's conditions.
     *
     * @param conditions in the order of the phases, then Ready, Reconciling, Stalled
     * @param lookAgain when time alone changes the verdict, how long until then
     */
    public record Result(List<Condition> conditions, Optional<Duration> lookAgain) {}

    private ConditionPlanner() {}

    /**
     * Plans conditions.
     *
     * @param phases in order
     * @param before conditions so far, other writers' too
     * @param generation the generation that the phases were found out for
     * @param now wall time
     */
    public static Result plan(List<Phase> phases, @Nullable List<Condition> before, @Nullable Long generation,
            Instant now) {
        Merge merge = new Merge(before == null ? List.of() : before, generation, now);
        Optional<Phase> open = phases.stream().filter(p -> !(p.verdict() instanceof Verdict.Done)).findFirst();
        boolean past = false;
        for (Phase phase : phases) {
            Verdict verdict = phase.verdict();
            boolean isOpen = !past && !(verdict instanceof Verdict.Done);
            boolean after = past;
            phase.type().ifPresent(type -> {
                if (after) {
                    merge.add(type, Status.Unknown, open.orElseThrow().verdict().reason(),
                            "Waits for what comes before it");
                } else {
                    merge.add(type, isOpen ? Status.False : Status.True, verdict.reason(), verdict.message());
                }
            });
            past |= isOpen;
        }
        if (open.isEmpty()) {
            Verdict last = phases.getLast().verdict();
            merge.add(ConditionTypes.READY, Status.True, last.reason(), last.message());
            merge.add(ConditionTypes.RECONCILING, Status.False, last.reason(), "");
            merge.add(ConditionTypes.STALLED, Status.False, last.reason(), "");
            return new Result(merge.conditions(), Optional.empty());
        }
        return notReady(merge, open.get().verdict(), now);
    }

    private static Result notReady(Merge merge, Verdict verdict, Instant now) {
        Optional<Duration> left = switch (verdict) {
            case Verdict.Missing missing -> merge.graceLeft(missing.reason(), now);
            case Verdict.NotYet _ -> Optional.of(Duration.ZERO);
            case Verdict.Wrong _,Verdict.Done _ -> Optional.empty();
        };
        boolean stalled = left.isEmpty();
        merge.add(ConditionTypes.READY, Status.False, verdict.reason(), verdict.message());
        merge.add(ConditionTypes.RECONCILING, stalled ? Status.False : Status.True, verdict.reason(),
                stalled ? "" : verdict.message());
        merge.add(ConditionTypes.STALLED, stalled ? Status.True : Status.False, verdict.reason(),
                stalled ? verdict.message() : "");
        return new Result(merge.conditions(), left.filter(Duration::isPositive));
    }

    /** Collects conditions; keeps the transition time of those whose status stays. One call of {@link #plan} owns it. */
    private static final class Merge {
        private final List<Condition> before;
        private final @Nullable Long generation;
        private final String time;
        private final List<Condition> conditions = new ArrayList<>();

        Merge(List<Condition> before, @Nullable Long generation, Instant now) {
            this.before = before;
            this.generation = generation;
            this.time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        }

        void add(String type, Status status, String reason, String message) {
            String since = find(type).filter(c -> c.status() == status).map(Condition::lastTransitionTime).orElse(time);
            conditions.add(new Condition(type, status, generation, since, reason, message));
        }

        /** What is left of the grace; empty when it is over. */
        Optional<Duration> graceLeft(String reason, Instant now) {
            Optional<Condition> stalled = find(ConditionTypes.STALLED).filter(c -> c.status() == Status.True);
            if (stalled.isPresent()) {
                return stalled.get().reason().equals(reason) ? Optional.empty() : Optional.of(GRACE);
            }
            Duration left = find(ConditionTypes.RECONCILING)
                    .filter(c -> c.status() == Status.True && c.reason().equals(reason))
                    .map(c -> GRACE.minus(Duration.between(Instant.parse(c.lastTransitionTime()), now))).orElse(GRACE);
            return Optional.of(left).filter(Duration::isPositive);
        }

        List<Condition> conditions() {
            return List.copyOf(conditions);
        }

        private Optional<Condition> find(String type) {
            return before.stream().filter(c -> c.type().equals(type)).findFirst();
        }
    }
}
