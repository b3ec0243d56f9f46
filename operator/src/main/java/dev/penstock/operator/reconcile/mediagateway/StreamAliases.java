package dev.penstock.operator.reconcile.mediagateway;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.haproxy.Aliases;
import dev.penstock.operator.haproxy.Aliases.OfStream;

/** Which streams have aliases at a gateway, and which changes of a stream matter for them. */
final class StreamAliases {
    private StreamAliases() {}

    /** The aliases of the streams that a pool serves. */
    static Aliases of(Optional<MediaPool> pool, List<LiveStream> streams) {
        return Aliases.of(streams.stream().filter(s -> pool.isPresent()
                && pool.get().getMetadata().getName().equals(pool(s)) && !paths(s).isEmpty())
                .map(s -> new OfStream(s.getMetadata().getNamespace(), s.getMetadata().getName(),
                        s.getMetadata().getCreationTimestamp(), paths(s)))
                .toList());
    }

    /** A stream has aliases. */
    static boolean has(LiveStream stream) {
        return !paths(stream).isEmpty();
    }

    /** The aliases of a stream changed, or the pool that serves it. */
    static boolean changed(LiveStream before, LiveStream after) {
        return !paths(before).equals(paths(after)) || (has(after) && !Objects.equals(pool(before), pool(after)));
    }

    private static List<String> paths(LiveStream stream) {
        return stream.getSpec().http() == null || stream.getSpec().http().aliases() == null
                ? List.of()
                : stream.getSpec().http().aliases();
    }

    private static String pool(LiveStream stream) {
        Map<String, String> labels = stream.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Labels.POOL, "");
    }
}
