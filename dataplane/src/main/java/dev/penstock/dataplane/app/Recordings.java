package dev.penstock.dataplane.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.Durations;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingSpec;
import dev.penstock.dataplane.record.Recorder;
import dev.penstock.dataplane.record.RecorderConfig;
import dev.penstock.dataplane.record.RecorderContext;
import dev.penstock.dataplane.record.Recorders;
import dev.penstock.dataplane.record.SessionPolicy;
import dev.penstock.dataplane.resource.ResourceView;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Runs a recorder for each Recording whose stream and store are there. Called by the one thread that tells of resources; a
 * missing reference heals when what it names appears.
 */
final class Recordings {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    private final LiveStreams streams;
    private final Stores stores;
    private final Problems problems;
    private final RecorderContext context;
    private final Recorders recorders;
    private final Path spool;
    private final String writer;
    private final LongSupplier epoch;
    private final Map<String, Running> running = new HashMap<>();
    private final Map<String, Recording> known = new ConcurrentSkipListMap<>();

    private record Running(Recorder recorder, RecordingSpec spec, int targetSeconds) {}

    /**
     * @param spool folder of the spool
     * @param writer name of this process in what it records
     * @param epoch epoch of the ring under which this process writes
     */
    Recordings(LiveStreams streams, Stores stores, Problems problems, RecorderContext context, Recorders recorders,
            Path spool, String writer, LongSupplier epoch) {
        this.streams = streams;
        this.stores = stores;
        this.problems = problems;
        this.context = context;
        this.recorders = recorders;
        this.spool = spool;
        this.writer = writer;
        this.epoch = epoch;
    }

    /** Brings a recording to what the resources say now: starts, changes or leaves its recorder. */
    void apply(Recording recording, ResourceView view) {
        String id = id(recording);
        known.put(id, recording);
        RecordingSpec spec = recording.getSpec();
        Optional<String> notServed = ServedFeatures.of(spec).stream().findFirst()
                .map(ServedFeatures.NotServed::message);
        if (notServed.isPresent()) {
            problems.failed("Recording " + id, notServed.get());
            return;
        }
        Running now = running.get(id);
        Optional<LiveStream> stream = view.stream(recording.getMetadata().getNamespace(), spec.streamRef().name());
        Optional<ObjectStore> store = stores.find(recording.getMetadata().getNamespace(), spec.storeRef().name());
        if (stream.isEmpty() || store.isEmpty()) {
            if (now == null) {
                problems.failed("Recording " + id, stream.isEmpty()
                        ? "spec.streamRef.name: " + spec.streamRef().name() + " (expected: a LiveStream that is served)"
                        : "spec.storeRef.name: " + spec.storeRef().name()
                                + " (expected: an ObjectStore that can be opened)");
            }
            return;
        }
        problems.solved("Recording " + id);
        int target = StreamSettings.of(stream.get().getSpec()).segment().targetSeconds();
        if (now != null && now.spec().equals(spec) && now.targetSeconds() == target) {
            return;
        }
        if (now != null) {
            detach(now);
            now.recorder().close();
            recorders.remove(now.recorder());
        }
        start(id, recording, store.get(), target);
    }

    private void start(String id, Recording recording, ObjectStore store, int target) {
        RecordingSpec spec = recording.getSpec();
        String namespace = recording.getMetadata().getNamespace();
        RecorderConfig config = new RecorderConfig(
                new RecorderConfig.Identity(namespace, recording.getMetadata().getName(), spec.streamRef().name(),
                        writer),
                sessions(spec), new RecorderConfig.SpoolPolicy(spool, context.budget().limitBytes()),
                stores.supplier(namespace, spec.storeRef().name(), store), target, spec.bucketLive(), epoch);
        Recorder recorder = new Recorder(config, context);
        running.put(id, new Running(recorder, spec, target));
        recorders.add(recorder);
        recorder.start();
        if (spec.stop()) {
            recorder.stop();
        } else {
            streams.tap(namespace, spec.streamRef().name(), recorder);
        }
        LOG.atInfo().addKeyValue(LogKeys.RECORDING, id).log(spec.stop() ? "Recording is stopped" : "Recording");
    }

    private static SessionPolicy sessions(RecordingSpec spec) {
        return switch (spec.sessions()) {
            case JOIN -> new SessionPolicy(SessionPolicy.Mode.JOIN, Durations.parse(spec.joinWindow()));
            case SPLIT -> new SessionPolicy(SessionPolicy.Mode.SPLIT, Duration.ZERO);
        };
    }

    /** Ends a recording whose resource is gone: its session ends, and what is spooled is uploaded. */
    void remove(Recording recording) {
        String id = id(recording);
        known.remove(id);
        problems.solved("Recording " + id);
        Running gone = running.remove(id);
        if (gone != null) {
            detach(gone);
            gone.recorder().stop().thenRun(() -> recorders.remove(gone.recorder()));
        }
    }

    /** Tries again those that wait for a stream or a store, or depend on one that has changed. */
    void reconsider(ResourceView view) {
        known.values().forEach(recording -> apply(recording, view));
    }

    /** All recordings that the resources name. Any thread. */
    List<Recording> all() {
        return List.copyOf(known.values());
    }

    /**
     * Ends the process's recorders: what has come is spooled. Sessions stay open and uploads wait: the next start goes on with
     * both.
     */
    void close() {
        running.values().forEach(this::detach);
        running.values().forEach(r -> r.recorder().close());
        running.clear();
    }

    private void detach(Running now) {
        RecorderConfig.Identity identity = now.recorder().identity();
        streams.untap(identity.namespace(), identity.stream(), now.recorder());
    }

    private static String id(Recording recording) {
        return recording.getMetadata().getNamespace() + "/" + recording.getMetadata().getName();
    }
}
