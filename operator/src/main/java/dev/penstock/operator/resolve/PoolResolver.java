package dev.penstock.operator.resolve;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.PoolRef;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Mode;
import dev.penstock.operator.resolve.Resolution.Found;
import dev.penstock.operator.resolve.Resolution.Missing;
import dev.penstock.operator.resolve.Resolution.Refused;

/** Finds the Live pool of a stream: the one that it names, or the only one of its namespace. */
public final class PoolResolver {
    private static final String FIELD = "spec.poolRef";

    private PoolResolver() {}

    /**
     * Finds the pool.
     *
     * @param reference what the stream says, or null
     * @param pools all pools of the stream's namespace
     */
    public static Resolution<MediaPool> live(@Nullable PoolRef reference, List<MediaPool> pools) {
        if (reference != null) {
            Resolution<MediaPool> named = Resolution.byName(FIELD + ".name", reference.name(),
                    pools.stream().filter(p -> p.getMetadata().getName().equals(reference.name())).findFirst(),
                    Reasons.POOL_NOT_FOUND);
            return named.found().filter(pool -> !isLive(pool)).isPresent()
                    ? new Refused<>(Reasons.WRONG_MODE,
                            FIELD + ".name: " + reference.name() + " (expected: a MediaPool with mode Live)")
                    : named;
        }
        List<MediaPool> live = pools.stream().filter(PoolResolver::isLive).toList();
        return switch (live.size()) {
            case 0 -> new Missing<>(Reasons.NO_POOL,
                    FIELD + ": not set (expected: a MediaPool with mode Live in this namespace)");
            case 1 -> new Found<>(live.getFirst());
            default -> new Refused<>(Reasons.SEVERAL_POOLS, FIELD + ": not set (expected: one of "
                    + live.stream().map(p -> p.getMetadata().getName()).sorted().toList()
                    + ", the namespace has several)");
        };
    }

    private static boolean isLive(MediaPool pool) {
        return pool.getSpec().modes().contains(Mode.LIVE);
    }
}
