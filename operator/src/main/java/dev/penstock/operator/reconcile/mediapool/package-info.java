/** Reconciles MediaPool. Start at {@link dev.penstock.operator.reconcile.mediapool.MediaPoolReconciler}. */
@NullMarked
package dev.penstock.operator.reconcile.mediapool;

import org.jspecify.annotations.NullMarked;
