package dev.penstock.operator.reconcile.mediapool;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;

import dev.penstock.api.Labels;
import dev.penstock.operator.probe.PodHealth;
import dev.penstock.operator.ring.PodSight;
import dev.penstock.operator.ring.RingClaims;

/**
 * The pods of a pool's StatefulSet and what is known of them, by ordinal. Pure.
 *
 * @param set name of the StatefulSet
 * @param wanted pods wanted
 * @param pods pods that are there
 * @param health what they said
 */
record PoolPods(String set, int wanted, SortedMap<Integer, Pod> pods, Map<Integer, PodHealth> health) {
    /**
     * The pods among some that belong to the StatefulSet.
     *
     * @param candidates pods with the labels of the pool
     */
    static PoolPods of(String set, int wanted, Collection<Pod> candidates, Optional<StatefulSet> owner,
            Map<Integer, PodHealth> health) {
        SortedMap<Integer, Pod> pods = new TreeMap<>();
        String uid = owner.map(s -> s.getMetadata().getUid()).orElse("");
        for (Pod pod : candidates) {
            String suffix = pod.getMetadata().getName().substring(
                    Math.min(pod.getMetadata().getName().length(), set.length() + 1));
            boolean isOurs = pod.getMetadata().getOwnerReferences().stream().anyMatch(o -> uid.equals(o.getUid()));
            if (isOurs && suffix.matches("0|[1-9][0-9]{0,2}")) {
                pods.put(Integer.valueOf(suffix), pod);
            }
        }
        return new PoolPods(set, wanted, pods, health);
    }

    /** Whom to ask: wanted pods and members, with an empty address where there is nobody to ask. */
    SortedMap<Integer, String> addresses(Optional<RingClaims> claims) {
        SortedMap<Integer, String> addresses = new TreeMap<>();
        for (int ordinal = 0; ordinal < wanted; ordinal++) {
            addresses.put(ordinal, address(ordinal));
        }
        claims.ifPresent(c -> c.home().members().forEach(o -> addresses.put(o, address(o))));
        return addresses;
    }

    /** The pods as the ring sees them. */
    Map<Integer, PodSight> sights() {
        Map<Integer, PodSight> sights = new TreeMap<>();
        health.forEach((ordinal, h) -> {
            Pod pod = pods.get(ordinal);
            boolean isLeaving = pod != null && pod.getMetadata().getDeletionTimestamp() != null;
            boolean answers = h.report() != null && !h.silent();
            sights.put(ordinal, new PodSight(answers, answers && h.report().ready(), h.silent(), isLeaving));
        });
        return sights;
    }

    /** What is known of a pod. */
    PodHealth health(int ordinal) {
        return health.getOrDefault(ordinal, PodHealth.UNKNOWN);
    }

    /** Streams that the pods serve; empty as long as a wanted pod has not been heard that is not silent. */
    Optional<Integer> streams() {
        int sum = 0;
        for (int ordinal = 0; ordinal < wanted; ordinal++) {
            PodHealth h = health(ordinal);
            if (h.report() == null && !h.silent()) {
                return Optional.empty();
            }
            sum += h.report() == null || h.silent() ? 0 : h.report().streams();
        }
        return Optional.of(sum);
    }

    /** A condition of a pod, if it is there. */
    static Optional<PodCondition> condition(Pod pod, String type) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions)
                .flatMap(all -> all.stream().filter(c -> c.getType().equals(type)).findFirst());
    }

    /** Whether the readiness gate of a pod says that it has joined. */
    static boolean hasJoined(Pod pod) {
        return condition(pod, Labels.JOINED).filter(c -> c.getStatus().equals("True")).isPresent();
    }

    private String address(int ordinal) {
        return Optional.ofNullable(pods.get(ordinal)).map(Pod::getStatus).map(PodStatus::getPodIP).orElse("");
    }
}
