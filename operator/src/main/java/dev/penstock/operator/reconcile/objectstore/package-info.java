/** Reconciles ObjectStore. Start at {@link dev.penstock.operator.reconcile.objectstore.ObjectStoreReconciler}. */
@NullMarked
package dev.penstock.operator.reconcile.objectstore;

import org.jspecify.annotations.NullMarked;
