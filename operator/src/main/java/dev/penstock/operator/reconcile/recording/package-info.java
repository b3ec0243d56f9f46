/** Reconciles Recording. Start at {@link dev.penstock.operator.reconcile.recording.RecordingReconciler}. */
@NullMarked
package dev.penstock.operator.reconcile.recording;

import org.jspecify.annotations.NullMarked;
