package dev.penstock.operator.reconcile.mediapool;

import java.util.Optional;

import io.fabric8.kubernetes.api.model.Pod;

import dev.penstock.api.Reasons;
import dev.penstock.operator.probe.PodHealth;
import dev.penstock.operator.reconcile.PodTrouble;
import dev.penstock.operator.ring.RingClaims;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.NotYet;

/** Why a pool's pods are not ready. Pure. */
final class PodTroubles {
    private PodTroubles() {}

    /** The cause for the first pod that has one that the cluster tells; it may heal by itself. */
    static Optional<Verdict> ofCluster(PoolPods pods) {
        return pods.pods().headMap(pods.wanted()).values().stream().map(PodTrouble::of)
                .flatMap(Optional::stream).findFirst();
    }

    /** What the first pod that runs and has not joined lacks. */
    static Optional<Verdict> ofRing(PoolPods pods, Optional<RingClaims> claims) {
        return pods.pods().headMap(pods.wanted()).entrySet().stream()
                .filter(e -> PoolPods.condition(e.getValue(), "ContainersReady")
                        .filter(c -> c.getStatus().equals("True")).isPresent() && !PoolPods.hasJoined(e.getValue()))
                .map(e -> (Verdict) new NotYet(Reasons.PODS_NOT_JOINED.word(),
                        "Pod " + name(e.getValue()) + ": " + lack(pods.health(e.getKey()), claims)))
                .findFirst();
    }

    private static String lack(PodHealth health, Optional<RingClaims> claims) {
        if (!health.problem().isEmpty()) {
            return health.problem();
        }
        if (health.report() == null) {
            return "has not been asked yet";
        }
        if (!health.report().ready()) {
            return "says that it is not ready";
        }
        return "serves by ring table " + health.report().epoch() + ", the newest is "
                + claims.map(c -> String.valueOf(c.table().epoch())).orElse("not made yet");
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
