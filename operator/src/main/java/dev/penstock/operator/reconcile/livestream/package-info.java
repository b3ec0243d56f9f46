/** Reconciles LiveStream. Start at {@link dev.penstock.operator.reconcile.livestream.LiveStreamReconciler}. */
@NullMarked
package dev.penstock.operator.reconcile.livestream;

import org.jspecify.annotations.NullMarked;
