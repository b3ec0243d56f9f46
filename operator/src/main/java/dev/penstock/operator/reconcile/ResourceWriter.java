package dev.penstock.operator.reconcile;

import java.util.Map;
import java.util.Objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;

import dev.penstock.api.FieldManagers;
import dev.penstock.api.Labels;
import dev.penstock.operator.telemetry.OperatorMetrics;

/**
 * Writes what the operator owns of a resource by server-side apply: a patch made from nothing, with only those fields in it. Any
 * thread.
 */
public final class ResourceWriter {
    private static final PatchContext APPLY = new PatchContext.Builder().withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FieldManagers.OPERATOR).withForce(true).build();

    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final OperatorMetrics metrics;

    /** Makes a writer that counts. */
    public ResourceWriter(OperatorMetrics metrics) {
        this.metrics = metrics;
    }

    /**
     * Writes the operator's part of a status; the next reconciliation sees it.
     *
     * @param primary the resource as it was read
     * @param empty a new object of its kind
     * @param status the operator's part
     */
    public <S, R extends CustomResource<?, S>> void status(R primary, R empty, S status, Context<R> context) {
        empty.setMetadata(identity(primary).build());
        empty.setStatus(status);
        unlessGone(() -> {
            PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(primary, empty, context);
            metrics.statusWritten();
        });
    }

    /**
     * Writes the operator's labels, if they are not there as they should be.
     *
     * @param primary the resource as it was read
     * @param empty a new object of its kind
     * @param labels all labels of the operator; one of ours that is not among them goes away
     */
    public <R extends HasMetadata> void labels(R primary, R empty, Map<String, String> labels, Context<R> context) {
        Map<String, String> there = primary.getMetadata().getLabels() == null
                ? Map.of()
                : primary.getMetadata().getLabels();
        if (Objects.equals(there.get(Labels.PARTITION), labels.get(Labels.PARTITION))
                && Objects.equals(there.get(Labels.POOL), labels.get(Labels.POOL))) {
            return;
        }
        // The uid: a resource that was deleted meanwhile must not come back.
        empty.setMetadata(identity(primary).withUid(primary.getMetadata().getUid()).withLabels(labels).build());
        unlessGone(() -> context.getClient().resource(empty).patch(APPLY));
    }

    /** What was deleted a moment ago needs nothing any more. */
    private static void unlessGone(Runnable write) {
        try {
            write.run();
        } catch (KubernetesClientException e) {
            boolean isGone = e.getCode() == NOT_FOUND
                    || (e.getCode() == CONFLICT && String.valueOf(e.getMessage()).contains("uid mismatch"));
            if (!isGone) {
                throw e;
            }
        }
    }

    private static ObjectMetaBuilder identity(HasMetadata primary) {
        ObjectMeta metadata = primary.getMetadata();
        return new ObjectMetaBuilder().withName(metadata.getName()).withNamespace(metadata.getNamespace());
    }
}
