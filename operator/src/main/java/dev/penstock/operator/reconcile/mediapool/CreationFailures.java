package dev.penstock.operator.reconcile.mediapool;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;

import dev.penstock.api.Reasons;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Missing;

/**
 * Why the StatefulSet controller cannot make a pod: it says so in Events only. They are read just when a pod has been missing for
 * the failure window, so an old event does not explain a pod that is being replaced.
 */
final class CreationFailures {
    private CreationFailures() {}

    /** The first wanted pod that is missing for long. */
    static Optional<String> missing(PoolPods pods) {
        return IntStream.range(0, pods.wanted())
                .filter(o -> !pods.pods().containsKey(o) && pods.health(o).silent())
                .mapToObj(o -> pods.set() + "-" + o).findFirst();
    }

    /** The last failure to make a pod. */
    static Optional<Verdict> of(StatefulSet set, String pod, KubernetesClient client) {
        return client.v1().events().inNamespace(set.getMetadata().getNamespace())
                .withField("involvedObject.uid", set.getMetadata().getUid()).withField("reason", "FailedCreate").list()
                .getItems().stream().filter(e -> e.getMessage() != null && e.getMessage().contains("Pod " + pod + " "))
                .max(Comparator.comparing(CreationFailures::time)).map(e -> verdict(e.getMessage()));
    }

    private static Verdict verdict(String message) {
        Reasons reason = message.contains("exceeded quota") ? Reasons.QUOTA_EXCEEDED : Reasons.PODS_REFUSED;
        return new Missing(reason.word(), message);
    }

    private static String time(Event event) {
        return Optional.ofNullable(event.getLastTimestamp())
                .or(() -> Optional.ofNullable(event.getMetadata().getCreationTimestamp())).orElse("");
    }
}
