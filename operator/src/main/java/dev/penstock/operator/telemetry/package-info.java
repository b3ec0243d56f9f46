/** Meters and logging keys of the operator. Start at {@link dev.penstock.operator.telemetry.OperatorMetrics}. */
@NullMarked
package dev.penstock.operator.telemetry;

import org.jspecify.annotations.NullMarked;
