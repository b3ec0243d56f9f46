package dev.penstock.dataplane.app;

import io.micrometer.core.instrument.MeterRegistry;

import dev.penstock.dataplane.fanout.FanoutMetrics;
import dev.penstock.dataplane.hub.HubMetrics;
import dev.penstock.dataplane.ingest.IngestMetrics;

/** Meters that all streams share. */
record StreamMeters(HubMetrics hub, FanoutMetrics fanout, IngestMetrics ingest) {
    /** Declares them. */
    static StreamMeters in(MeterRegistry registry) {
        return new StreamMeters(new HubMetrics(registry), new FanoutMetrics(registry), new IngestMetrics(registry));
    }
}
