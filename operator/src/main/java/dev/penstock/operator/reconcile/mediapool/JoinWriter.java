package dev.penstock.operator.reconcile.mediapool;

import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.Labels;
import dev.penstock.operator.probe.PodHealth;
import dev.penstock.operator.ring.JoinPlanner;
import dev.penstock.operator.ring.RingClaims;
import dev.penstock.operator.telemetry.LogKeys;

/** Writes the readiness gate of a pool's pods, when it changes. */
final class JoinWriter {
    private static final Logger LOG = LoggerFactory.getLogger(JoinWriter.class);

    private JoinWriter() {}

    static void write(PoolPods pods, Optional<RingClaims> claims, KubernetesClient client, Instant now) {
        pods.pods().headMap(pods.wanted()).forEach((ordinal, pod) -> {
            PodHealth health = pods.health(ordinal);
            boolean before = PoolPods.hasJoined(pod);
            boolean after = JoinPlanner.hasJoined(before, health.report(), health.silent(), claims);
            if (before != after && pod.getMetadata().getDeletionTimestamp() == null) {
                patch(pod, after, client, now);
            }
        });
    }

    private static void patch(Pod pod, boolean hasJoined, KubernetesClient client, Instant now) {
        // The uid: the next pod of that name must not inherit it. A strategic patch leaves the kubelet's conditions alone.
        Map<String, Object> condition = Map.of("type", Labels.JOINED, "status", hasJoined ? "True" : "False", "reason",
                hasJoined ? "Joined" : "NotJoined", "message",
                hasJoined ? "Serves the partitions that the pool's table gives it" : "Does not serve its partitions",
                "lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        Map<String, Object> patch = Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status",
                Map.of("conditions", List.of(condition)));
        try {
            client.pods().inNamespace(pod.getMetadata().getNamespace()).withName(pod.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), Serialization.asJson(patch));
            LOG.atInfo().addKeyValue(LogKeys.POD, pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName())
                    .log(hasJoined ? "Pod has joined" : "Pod has left");
        } catch (KubernetesClientException e) {
            boolean isGone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
            if (!isGone) {
                throw e;
            }
        }
    }
}
