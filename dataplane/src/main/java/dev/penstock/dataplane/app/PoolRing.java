package dev.penstock.dataplane.app;

import java.util.Optional;

import dev.penstock.dataplane.placement.RingView;
import dev.penstock.dataplane.resource.KubernetesSource;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

/** The ring as the cluster's resources tell it. */
record PoolRing(KubernetesSource resources, int ordinal) implements RingView {
    /** Whether this pod owns the partition of a name. */
    boolean owns(String namespace, String name) {
        return resources.ring().map(table -> table.owner(Partitions.of(namespace, name)) == ordinal).orElse(false);
    }

    @Override
    public Optional<RingTable> table() {
        return resources.ring();
    }

    @Override
    public boolean isSettled() {
        return resources.ring().map(RingTable::epoch).orElse(0L) == resources.servedEpoch();
    }

    @Override
    public boolean hasStream(String namespace, String stream) {
        return resources.view().stream(namespace, stream).isPresent();
    }

    @Override
    public boolean hasRecording(String namespace, String recording) {
        return resources.view().recording(namespace, recording).isPresent();
    }

    @Override
    public Optional<String> streamOf(String namespace, String recording) {
        return resources.streamOf(namespace, recording);
    }
}
