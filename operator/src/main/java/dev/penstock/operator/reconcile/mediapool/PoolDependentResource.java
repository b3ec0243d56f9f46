package dev.penstock.operator.reconcile.mediapool;

import java.util.function.Function;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.reconcile.OwnedObject;

/** An object of a pool: what it shall be is a pure function of the plan, which was made once for all of them. */
abstract class PoolDependentResource<R extends HasMetadata> extends OwnedObject<R, MediaPool> {
    /** Watches only the operator's own objects. */
    static final String SELECTOR = "app.kubernetes.io/managed-by=" + PoolPlan.MANAGED_BY;

    private final Function<PoolPlan, R> desired;

    PoolDependentResource(Class<R> kind, Function<PoolPlan, R> desired) {
        super(kind);
        this.desired = desired;
    }

    @Override
    protected R desired(MediaPool pool, Context<MediaPool> context) {
        return desired.apply(MediaPoolReconciler.plan(context));
    }
}
