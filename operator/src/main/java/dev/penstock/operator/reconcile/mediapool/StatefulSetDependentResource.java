package dev.penstock.operator.reconcile.mediapool;

import java.util.function.Supplier;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.desired.PodSet;

@KubernetesDependent(informer = @Informer(labelSelector = PoolDependentResource.SELECTOR))
final class StatefulSetDependentResource extends PoolDependentResource<StatefulSet> {
    private static final int BAD_REQUEST = 400;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERNAL = 500;

    /** The API server does not take what the user's pod template has made of the StatefulSet. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Refused(KubernetesClientException e) {
            super("spec.podTemplate: " + e.getMessage(), e);
        }
    }

    StatefulSetDependentResource() {
        super(StatefulSet.class, PodSet::desired);
    }

    @Override
    public StatefulSet create(StatefulSet desired, MediaPool pool, Context<MediaPool> context) {
        return refusing(pool, () -> super.create(desired, pool, context));
    }

    @Override
    public StatefulSet update(StatefulSet actual, StatefulSet desired, MediaPool pool, Context<MediaPool> context) {
        return refusing(pool, () -> super.update(actual, desired, pool, context));
    }

    private static StatefulSet refusing(MediaPool pool, Supplier<StatefulSet> write) {
        try {
            return write.get();
        } catch (KubernetesClientException e) {
            boolean hasTemplate = pool.getSpec().podTemplate() != null && !pool.getSpec().podTemplate().isEmpty();
            // An unknown field is a failure of the merge, which old servers call their own.
            boolean isTheirs = e.getCode() == UNPROCESSABLE || e.getCode() == BAD_REQUEST
                    || (e.getCode() == INTERNAL && String.valueOf(e.getMessage()).contains("typed patch"));
            throw hasTemplate && isTheirs ? new Refused(e) : e;
        }
    }
}
