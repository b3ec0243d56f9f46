/** Reconciles MediaGateway. Start at {@link dev.penstock.operator.reconcile.mediagateway.MediaGatewayReconciler}. */
@NullMarked
package dev.penstock.operator.reconcile.mediagateway;

import org.jspecify.annotations.NullMarked;
