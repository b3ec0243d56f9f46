/**
 * One package per kind: its reconciler, dependent resources and mappers. Here, what they share. Start at a reconciler, for example
 * {@link dev.penstock.operator.reconcile.livestream.LiveStreamReconciler}.
 */
@NullMarked
package dev.penstock.operator.reconcile;

import org.jspecify.annotations.NullMarked;
