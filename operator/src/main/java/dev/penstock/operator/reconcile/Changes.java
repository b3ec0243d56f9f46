package dev.penstock.operator.reconcile;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Labels;

/** Which changes of a resource matter to a reconciler; its own status writes do not. */
public final class Changes {
    private Changes() {}

    /** The spec changed, or the resource is being deleted. */
    public static boolean ofSpec(HasMetadata before, HasMetadata after) {
        return !Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
                || !Objects.equals(before.getMetadata().getDeletionTimestamp(),
                        after.getMetadata().getDeletionTimestamp());
    }

    /** One of the labels that the operator owns changed. */
    public static boolean ofLabels(HasMetadata before, HasMetadata after) {
        return !Objects.equals(label(before, Labels.PARTITION), label(after, Labels.PARTITION))
                || !Objects.equals(label(before, Labels.POOL), label(after, Labels.POOL));
    }

    /** What pods say about serving the resource changed. */
    public static boolean ofServed(@Nullable List<Condition> before, @Nullable List<Condition> after) {
        return !served(before).equals(served(after));
    }

    /** A part of two statuses differs, where a status that is not there has none. */
    public static <S, V> boolean of(@Nullable S before, @Nullable S after, Function<S, @Nullable V> part) {
        return !Optional.ofNullable(before).map(part).equals(Optional.ofNullable(after).map(part));
    }

    private static Optional<Condition> served(@Nullable List<Condition> conditions) {
        return Optional.ofNullable(conditions)
                .flatMap(all -> all.stream().filter(c -> c.type().equals(ConditionTypes.SERVED)).findFirst());
    }

    private static @Nullable String label(HasMetadata resource, String key) {
        return resource.getMetadata().getLabels() == null ? null : resource.getMetadata().getLabels().get(key);
    }
}
