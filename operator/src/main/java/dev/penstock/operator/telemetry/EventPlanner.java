package dev.penstock.operator.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.Condition.Status;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Reasons;

/**
 * Which Events a change of conditions is worth: a Warning when one turns bad, or bad for another reason, and a Normal one when it
 * heals; one per cause. The way of a new resource to Ready is worth none, nor are numbers. Pure.
 */
final class EventPlanner {
    /** What turns bad in the first moments of a resource, for want of a pod, say, and heals then, is its way to Ready. */
    private static final Duration FIRST_MOMENTS = Duration.ofMinutes(1);

    private static final Set<String> BAD_WHEN_TRUE = Set.of(ConditionTypes.STALLED, ConditionTypes.FALLBACK_ACTIVE,
            ConditionTypes.LONG_GOP, ConditionTypes.UPLOAD_BACKLOGGED);
    /** The nearer to the cause, the earlier: what comes later with the same message says nothing new. */
    private static final List<String> CAUSES_FIRST = List.of(ConditionTypes.ACCEPTED, ConditionTypes.PLACED,
            ConditionTypes.SERVED, ConditionTypes.SOURCE_CONNECTED);
    private static final List<String> EFFECTS_LAST = List.of(ConditionTypes.LIVE, ConditionTypes.READY,
            ConditionTypes.STALLED);
    /** Bad only for who was good before. */
    private static final Set<String> UNDER_WAY = Set.of(Reasons.PROGRESSING.word(), Reasons.ROLLING_OUT.word(),
            Reasons.MOVING.word(), Reasons.PODS_NOT_READY.word(), Reasons.WAITING_FOR_POD.word(),
            Reasons.NO_PODS.word(), Reasons.CONNECTING.word(), Reasons.NO_PUBLISHER.word(), Reasons.IDLE.word(),
            Reasons.OFFLINE.word(), Reasons.STOPPED.word(), Reasons.NO_MEDIA.word(), Reasons.NOT_CHECKED.word());

    private EventPlanner() {}

    /**
     * Plans Events.
     *
     * @param before conditions so far, or null
     * @param after conditions now, or null
     */
    static List<Note> plan(@Nullable List<Condition> before, @Nullable List<Condition> after) {
        if (after == null || after.equals(before)) {
            return List.of();
        }
        Map<String, Condition> then = before == null
                ? Map.of()
                : before.stream().collect(Collectors.toMap(Condition::type, Function.identity(), (a, _) -> a));
        List<Note> notes = new ArrayList<>();
        Set<String> said = new HashSet<>();
        after.stream().filter(c -> !c.type().equals(ConditionTypes.RECONCILING))
                .sorted(Comparator.comparingInt(c -> rank(c.type()))).forEach(now -> {
                    Condition old = then.get(now.type());
                    boolean isWarning = turnsBad(old, now);
                    if ((isWarning || heals(old, now, then)) && said.add(isWarning + now.message())) {
                        notes.add(new Note(isWarning, now.reason(), now.message()));
                    }
                });
        return notes;
    }

    private static boolean turnsBad(@Nullable Condition old, Condition now) {
        if (!isBad(now)) {
            return false;
        }
        boolean wasGood = old != null && isGood(old);
        boolean isNews = old == null || !isBad(old) || !old.reason().equals(now.reason());
        return wasGood || (isNews && !UNDER_WAY.contains(now.reason()));
    }

    private static boolean heals(@Nullable Condition old, Condition now, Map<String, Condition> then) {
        if (!isGood(now) || now.type().equals(ConditionTypes.STALLED)) {
            return false;
        }
        if (old == null) {
            return now.type().equals(ConditionTypes.FINALIZED);
        }
        return isBad(old) && (!UNDER_WAY.contains(old.reason())
                || Instant.parse(old.lastTransitionTime()).isAfter(begin(old, then).plus(FIRST_MOMENTS)));
    }

    /** When the writer of a condition wrote its first one, by its own clock, as far as that can be seen. */
    private static Instant begin(Condition condition, Map<String, Condition> then) {
        boolean isOperators = ConditionTypes.OF_OPERATOR.contains(condition.type());
        return then.values().stream().filter(c -> ConditionTypes.OF_OPERATOR.contains(c.type()) == isOperators)
                .map(c -> Instant.parse(c.lastTransitionTime())).min(Comparator.naturalOrder()).orElseThrow();
    }

    private static boolean isBad(Condition condition) {
        return condition.status() == (BAD_WHEN_TRUE.contains(condition.type()) ? Status.True : Status.False);
    }

    private static boolean isGood(Condition condition) {
        return condition.status() == (BAD_WHEN_TRUE.contains(condition.type()) ? Status.False : Status.True);
    }

    private static int rank(String type) {
        int cause = CAUSES_FIRST.indexOf(type);
        int effect = EFFECTS_LAST.indexOf(type);
        return cause >= 0 ? cause : CAUSES_FIRST.size() + 1 + effect;
    }
}
