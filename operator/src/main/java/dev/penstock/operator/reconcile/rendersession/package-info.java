/** Reconciles RenderSession. Start at {@link dev.penstock.operator.reconcile.rendersession.RenderSessionReconciler}. */
@NullMarked
package dev.penstock.operator.reconcile.rendersession;

import org.jspecify.annotations.NullMarked;
