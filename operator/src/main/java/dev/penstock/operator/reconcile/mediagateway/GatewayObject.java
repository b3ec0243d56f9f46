package dev.penstock.operator.reconcile.mediagateway;

import java.util.function.Function;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.operator.desired.GatewayPlan;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.reconcile.OwnedObject;

/** An object of a gateway: what it shall be is a pure function of the plan, which was made once for all of them. */
abstract class GatewayObject<R extends HasMetadata> extends OwnedObject<R, MediaGateway> {
    /** Watches only the operator's own objects of gateways. */
    static final String SELECTOR = Labels.GATEWAY + ",app.kubernetes.io/managed-by=" + PoolPlan.MANAGED_BY;

    private final Function<GatewayPlan, R> desired;

    GatewayObject(Class<R> kind, Function<GatewayPlan, R> desired) {
        super(kind);
        this.desired = desired;
    }

    @Override
    protected R desired(MediaGateway gateway, Context<MediaGateway> context) {
        return desired.apply(MediaGatewayReconciler.plan(context));
    }
}
