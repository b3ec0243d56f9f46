package dev.penstock.operator;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;

import dev.penstock.operator.telemetry.OperatorMetrics;

/** What the framework measures: reconciliations, events and retries by kind, never by resource. */
final class FrameworkMetrics {
    private FrameworkMetrics() {}

    static Metrics of(OperatorMetrics metrics) {
        return MicrometerMetrics.withoutPerResourceMetrics(metrics.registry());
    }
}
