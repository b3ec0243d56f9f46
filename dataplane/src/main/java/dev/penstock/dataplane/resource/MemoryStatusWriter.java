package dev.penstock.dataplane.resource;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps the newest reports, for a data plane without Kubernetes. Any thread. */
public final class MemoryStatusWriter implements StatusWriter {
    private final Map<ResourceKey, StreamReport> streams = new ConcurrentHashMap<>();
    private final Map<ResourceKey, RecordingReport> recordings = new ConcurrentHashMap<>();

    @Override
    public void report(StreamReport report) {
        streams.put(ResourceKey.of(report.stream()), report);
    }

    @Override
    public void report(RecordingReport report) {
        recordings.put(ResourceKey.of(report.recording()), report);
    }

    @Override
    public void forget(ResourceKey key) {
        streams.remove(key);
        recordings.remove(key);
    }

    @Override
    public void close() {
        streams.clear();
        recordings.clear();
    }

    /** The newest report of a stream. */
    public Optional<StreamReport> stream(String namespace, String name) {
        return Optional.ofNullable(streams.get(new ResourceKey("LiveStream", namespace, name)));
    }

    /** The newest report of a recording. */
    public Optional<RecordingReport> recording(String namespace, String name) {
        return Optional.ofNullable(recordings.get(new ResourceKey("Recording", namespace, name)));
    }
}
