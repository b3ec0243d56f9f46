package dev.penstock.operator.reconcile.livestream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Labels;
import dev.penstock.api.PermitCheck;
import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Urls;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.reconcile.ResolutionVerdicts;
import dev.penstock.operator.resolve.BaseUrls;
import dev.penstock.operator.resolve.PoolResolver;
import dev.penstock.operator.resolve.Resolution;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdict.Wrong;
import dev.penstock.operator.status.Verdicts;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/**
 * All that follows from a stream, the pools of its namespace and their gateways. Pure.
 *
 * @param partition partition of the stream
 * @param labels the operator's labels: the pool only when its pods shall serve the stream
 * @param pod pod that owns the partition, or null
 * @param urls where the stream is played, or null as long as there is no pool
 * @param phases the way to Ready
 */
record StreamPlan(int partition, Map<String, String> labels, @Nullable String pod, @Nullable Urls urls,
        List<Phase> phases) {
    static StreamPlan of(LiveStream stream, List<MediaPool> pools, List<MediaGateway> gateways, String clusterDomain) {
        LiveStreamSpec spec = stream.getSpec();
        String namespace = stream.getMetadata().getNamespace();
        String name = stream.getMetadata().getName();
        int partition = Partitions.of(namespace, name);
        Resolution<MediaPool> resolution = PoolResolver.live(spec.poolRef(), pools);
        Optional<MediaPool> pool = resolution.found();

        Verdict accepted = accepted(spec, resolution);
        boolean isAccepted = accepted instanceof Done;
        Optional<String> pod = pool.filter(_ -> isAccepted).flatMap(p -> owner(p, partition));
        List<Phase> phases = new ArrayList<>();
        phases.add(Phase.shown(ConditionTypes.ACCEPTED, accepted));
        phases.add(Phase.shown(ConditionTypes.PLACED, placed(pool, pod, partition)));
        phases.add(Phase.counted(
                Verdicts.served(stream.getStatus() == null ? null : stream.getStatus().conditions(),
                        stream.getMetadata().getGeneration())));

        Map<String, String> labels = new TreeMap<>(Map.of(Labels.PARTITION, String.valueOf(partition)));
        pool.filter(_ -> isAccepted).ifPresent(p -> labels.put(Labels.POOL, p.getMetadata().getName()));
        Urls urls = pool.filter(_ -> isAccepted)
                .map(p -> urls(stream, p, gateway(p, gateways), clusterDomain))
                .orElse(null);
        return new StreamPlan(partition, labels, pod.orElse(null), urls, phases);
    }

    private static Verdict accepted(LiveStreamSpec spec, Resolution<MediaPool> pool) {
        Verdict served = Verdicts.accepted(ServedFeatures.of(spec));
        if (!(served instanceof Done)) {
            return served;
        }
        Optional<String> refusal = pool.found().flatMap(p -> PermitCheck.stream(spec, p.getSpec().permit()));
        return refusal.<Verdict>map(message -> new Wrong(Reasons.NOT_PERMITTED.word(), message))
                .orElseGet(() -> ResolutionVerdicts.of(pool));
    }

    private static Verdict placed(Optional<MediaPool> pool, Optional<String> pod, int partition) {
        return pod.<Verdict>map(p -> new Done(Reasons.PLACED.word(), "Partition " + partition + " belongs to pod " + p))
                .orElseGet(() -> new NotYet(Reasons.NO_PODS.word(), "MediaPool "
                        + pool.map(p -> p.getMetadata().getName()).orElse("") + " has no pod for partition " + partition
                        + " yet"));
    }

    private static Optional<String> owner(MediaPool pool, int partition) {
        Ring ring = pool.getStatus() == null ? null : pool.getStatus().ring();
        if (ring == null) {
            return Optional.empty();
        }
        int owner = RingTable.parse(ring.epoch(), ring.table()).owner(partition);
        return owner == RingTable.NONE ? Optional.empty() : Optional.of(pool.getMetadata().getName() + "-" + owner);
    }

    private static Optional<MediaGateway> gateway(MediaPool pool, List<MediaGateway> gateways) {
        return gateways.stream().filter(g -> pool.getSpec().gatewayRef() != null
                && pool.getSpec().gatewayRef().name().equals(g.getMetadata().getName())).findFirst();
    }

    private static Urls urls(LiveStream stream, MediaPool pool, Optional<MediaGateway> gateway, String clusterDomain) {
        LiveStreamSpec spec = stream.getSpec();
        String base = BaseUrls.of(pool, gateway, clusterDomain);
        String id = stream.getMetadata().getNamespace() + "/" + stream.getMetadata().getName();
        String live = base + "/live/" + id + "/";
        boolean hasHls = spec.outputs().hls().enabled();
        boolean hasDash = spec.outputs().dash().enabled();
        boolean hasTs = spec.outputs().ts().enabled();
        boolean isPush = spec.source().push() != null;
        return new Urls(hasHls ? live + "index.m3u8" : null, hasDash ? live + "manifest.mpd" : null,
                hasTs ? live + "stream.ts" : null, null,
                isPush
                        ? BaseUrls.rtmp(pool, gateway, clusterDomain).map(rtmp -> rtmp + "/live/" + id).orElse(null)
                        : null,
                isPush
                        ? "srt://" + BaseUrls.service(pool, clusterDomain) + ":" + PoolPlan.SRT_PORT
                                + "?streamid=publish:" + id
                        : null,
                isPush ? base + "/publish/" + id : null);
    }
}
