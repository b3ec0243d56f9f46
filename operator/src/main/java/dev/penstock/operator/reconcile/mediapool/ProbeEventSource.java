package dev.penstock.operator.reconcile.mediapool;

import java.util.function.LongSupplier;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.probe.PodProbe;
import dev.penstock.operator.probe.PodRounds;
import dev.penstock.operator.telemetry.OperatorMetrics;

/** The rounds of questions to pods, as a source of events for their pools; what is remembered of a pool goes with it. */
final class ProbeEventSource extends SimpleInboundEventSource<MediaPool> implements ResourceEventAware<MediaPool> {
    private final PodRounds<ResourceID> rounds;
    private final StreamCounts counts;

    ProbeEventSource(PodProbe probe, LongSupplier nanos, OperatorMetrics metrics, StreamCounts counts) {

        super("pods-asked");
        this.counts = counts;
        this.rounds = new PodRounds<>(probe, nanos, this::propagateEvent, metrics);
    }

    PodRounds<ResourceID> rounds() {
        return rounds;
    }

    @Override
    public void start() {
        super.start();
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.close();
        super.stop();
    }

    @Override
    public void onResourceDeleted(MediaPool pool) {
        rounds.forget(ResourceID.fromResource(pool));
        counts.forget(ResourceID.fromResource(pool));
    }
}
