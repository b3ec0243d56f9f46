package dev.penstock.operator.reconcile;

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
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Missing;

/** Why a pod does not run, in the words of the scheduler and the kubelet. Pure. */
public final class PodTrouble {
    private static final Set<String> IMAGE = Set.of("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull",
            "InvalidImageName", "ImageInspectError", "RegistryUnavailable", "SignatureValidationFailed");
    private static final Set<String> CONTAINER = Set.of("CreateContainerConfigError", "CreateContainerError",
            "RunContainerError", "PostStartHookError");
    private static final int OFTEN = 2;

    private PodTrouble() {}

    /** The cause, if the cluster tells one; it may heal by itself. */
    public static Optional<Verdict> of(Pod pod) {
        Optional<Verdict> unscheduled = Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions)
                .flatMap(all -> all.stream().filter(c -> c.getType().equals("PodScheduled")).findFirst())
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
                    + end.map(PodTrouble::lastEnd).orElse("") + "; its last words: kubectl logs " + name(pod) + " -c "
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
