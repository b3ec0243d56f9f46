/**
 * Meters, logging keys and Events of the operator. Start at {@link dev.penstock.operator.telemetry.OperatorMetrics} and
 * {@link dev.penstock.operator.telemetry.EventRecorder}.
 */
@NullMarked
package dev.penstock.operator.telemetry;

import org.jspecify.annotations.NullMarked;
