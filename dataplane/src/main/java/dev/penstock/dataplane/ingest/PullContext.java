package dev.penstock.dataplane.ingest;

import java.util.random.RandomGenerator;

/**
 * What all sources of a process share.
 *
 * @param metrics counts
 * @param limits bounds
 * @param gate paces connects
 * @param random draws jitter and shuffled orders; safe for use by many threads
 */
public record PullContext(IngestMetrics metrics, IngestLimits limits, ConnectGate gate, RandomGenerator random) {
    /** The usual bounds, and a gate of its own that the metrics watch. */
    public static PullContext usual(IngestMetrics metrics, RandomGenerator random) {
        ConnectGate gate = ConnectGate.usual(random);
        metrics.watch(gate);
        return new PullContext(metrics, IngestLimits.DEFAULTS, gate, random);
    }
}
