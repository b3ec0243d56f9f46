package dev.penstock.operator.reconcile.mediapool;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;

import dev.penstock.api.Reasons;
import dev.penstock.operator.probe.PodHealth;
import dev.penstock.operator.ring.RingClaims;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Missing;
import dev.penstock.operator.status.Verdict.NotYet;

/** Why a pod is not ready, in the words of the scheduler and the kubelet. Pure. */
final class PodTroubles {
    private static final Set<String> IMAGE = Set.of("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull",
            "InvalidImageName", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed");
    private static final Set<String> CONTAINER = Set.of("CreateContainerConfigError", "CreateContainerError",
            "RunContainerError", "PostStartHookError");
    private static final int OFTEN = 2;

    private PodTroubles() {}

    /** The cause for the first pod that has one that the cluster tells; it may heal by itself. */
    static Optional<Verdict> ofCluster(PoolPods pods) {
        return pods.pods().headMap(pods.wanted()).values().stream().map(PodTroubles::ofCluster)
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

    private static Optional<Verdict> ofCluster(Pod pod) {
        Optional<Verdict> unscheduled = PoolPods.condition(pod, "PodScheduled")
                .filter(c -> c.getStatus().equals("False"))
                .map(c -> new Missing(Reasons.UNSCHEDULABLE.word(), "Pod " + name(pod) + ": " + c.getMessage()));
        return unscheduled.or(() -> containers(pod).map(c -> ofContainer(pod, c)).flatMap(Optional::stream)
                .findFirst());
    }

    private static Optional<Verdict> ofContainer(Pod pod, ContainerStatus status) {
        String where = "Pod " + name(pod) + ", container " + status.getName() + ": ";
        ContainerStateWaiting waiting = status.getState() == null ? null : status.getState().getWaiting();
        String reason = waiting == null || waiting.getReason() == null ? "" : waiting.getReason();
        String words = waiting == null || waiting.getMessage() == null ? "" : ": " + waiting.getMessage();
        if (IMAGE.contains(reason)) {
            return Optional.of(new Missing(Reasons.IMAGE_ERROR.word(),
                    where + "image " + status.getImage() + ": " + reason + words));
        }
        if (CONTAINER.contains(reason)) {
            return Optional.of(new Missing(Reasons.CONTAINER_ERROR.word(), where + reason + words));
        }
        boolean isDown = !Boolean.TRUE.equals(status.getReady());
        Optional<ContainerStateTerminated> end = Stream.of(status.getState(), status.getLastState())
                .filter(s -> s != null && s.getTerminated() != null).map(ContainerState::getTerminated).findFirst();
        boolean isOften = status.getRestartCount() != null && status.getRestartCount() >= OFTEN;
        if (reason.equals("CrashLoopBackOff") || (isDown && isOften && end.isPresent())) {
            return Optional.of(new Missing(Reasons.CRASHING.word(), where + "ends again and again"
                    + end.map(PodTroubles::lastEnd).orElse("") + "; its last words: kubectl logs " + name(pod) + " -c "
                    + status.getName() + " --previous"));
        }
        return Optional.empty();
    }

    private static String lastEnd(ContainerStateTerminated end) {
        String reason = end.getReason() == null ? "" : " (" + end.getReason() + ")";
        return ", last with exit code " + end.getExitCode() + reason;
    }

    private static Stream<ContainerStatus> containers(Pod pod) {
        PodStatus status = pod.getStatus();
        return status == null
                ? Stream.empty()
                : Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses()).flatMap(List::stream);
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }
}
