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
 * Runs a recorder for each Recording whose stream and store are there, or of which only the store is needed because it has ended.
 * Any thread, one at a time; a missing reference heals when what it names appears.
 */
final class Recordings {
    private static final Logger LOG = LoggerFactory.getLogger(Recordings.class);

    /** For sessions whose description is damaged and recordings that have ended; others say it themselves. */
    private static final int TARGET_SECONDS = 4;

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
    /** Recorders that only upload what they have: their recordings are another pod's now. */
    private final Map<String, Recorder> leaving = new HashMap<>();

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
    synchronized void apply(Recording recording, ResourceView view) {
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
        boolean playable = spec.stop() && store.isPresent();
        if (store.isEmpty() || (stream.isEmpty() && !playable)) {
            if (now == null) {
                problems.failed("Recording " + id, stream.isEmpty()
                        ? "spec.streamRef.name: " + spec.streamRef().name() + " (expected: a LiveStream that is served)"
                        : "spec.storeRef.name: " + spec.storeRef().name()
                                + " (expected: an ObjectStore that can be opened)");
            }
            return;
        }
        problems.solved("Recording " + id);
        // A recording that has ended is played, also when its stream is gone.
        int target = stream.map(s -> StreamSettings.of(s.getSpec()).segment().targetSeconds()).orElse(TARGET_SECONDS);
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
        Recorder back = leaving.remove(id);
        if (back != null) {
            back.close();
        }
        Recorder recorder = new Recorder(config(recording, store, target), context);
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

    private RecorderConfig config(Recording recording, ObjectStore store, int target) {
        RecordingSpec spec = recording.getSpec();
        String namespace = recording.getMetadata().getNamespace();
        return new RecorderConfig(
                new RecorderConfig.Identity(namespace, recording.getMetadata().getName(), spec.streamRef().name(),
                        writer),
                sessions(spec), new RecorderConfig.SpoolPolicy(spool, context.budget().limitBytes()),
                stores.supplier(namespace, spec.storeRef().name(), store), target, spec.bucketLive(), epoch);
    }

    private static SessionPolicy sessions(RecordingSpec spec) {
        return switch (spec.sessions()) {
            case JOIN -> new SessionPolicy(SessionPolicy.Mode.JOIN, Durations.parse(spec.joinWindow()));
            case SPLIT -> new SessionPolicy(SessionPolicy.Mode.SPLIT, Duration.ZERO);
        };
    }

    /** Ends a recording whose resource is gone: its session ends, and what is spooled is uploaded. */
    synchronized void remove(Recording recording) {
        String id = id(recording);
        known.remove(id);
        problems.solved("Recording " + id);
        Running gone = running.remove(id);
        if (gone != null) {
            detach(gone);
            gone.recorder().stop().thenRun(() -> recorders.remove(gone.recorder()));
        }
    }

    /** Ends this pod's part in a recording that another pod goes on with: what is here is uploaded, the session stays open. */
    synchronized void leave(Recording recording) {
        String id = id(recording);
        known.remove(id);
        problems.solved("Recording " + id);
        Running gone = running.remove(id);
        if (gone != null) {
            detach(gone);
            recorders.remove(gone.recorder());
            leave(id, gone.recorder());
            LOG.atInfo().addKeyValue(LogKeys.RECORDING, id).log("Recording goes on in another pod");
        }
    }

    private void leave(String id, Recorder recorder) {
        leaving.put(id, recorder);
        recorder.leave().thenRun(() -> forget(id, recorder));
    }

    private synchronized void forget(String id, Recorder recorder) {
        leaving.remove(id, recorder);
    }

    /**
     * Uploads what an earlier run of this pod has left in its spool of a recording that is another pod's now, unless that is
     * under way.
     *
     * @return whether it is taken care of; not while its store is not open
     */
    synchronized boolean drain(Recording recording) {
        String id = id(recording);
        RecordingSpec spec = recording.getSpec();
        if (running.containsKey(id) || leaving.containsKey(id) || spec.streamRef() == null) {
            return true;
        }
        Optional<ObjectStore> store = stores.find(recording.getMetadata().getNamespace(), spec.storeRef().name());
        if (store.isEmpty()) {
            return false;
        }
        Recorder recorder = new Recorder(config(recording, store.get(), TARGET_SECONDS), context);
        leave(id, recorder);
        recorder.start();
        LOG.atInfo().addKeyValue(LogKeys.RECORDING, id)
                .log("Spool of a recording that went to another pod is uploaded");
        return true;
    }

    /** Tries again those that wait for a stream or a store, or depend on one that has changed. */
    synchronized void reconsider(ResourceView view) {
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
    synchronized void close() {
        running.values().forEach(this::detach);
        running.values().forEach(r -> r.recorder().close());
        List.copyOf(leaving.values()).forEach(Recorder::close);
        running.clear();
        leaving.clear();
    }

    private void detach(Running now) {
        RecorderConfig.Identity identity = now.recorder().identity();
        streams.untap(identity.namespace(), identity.stream(), now.recorder());
    }

    private static String id(Recording recording) {
        return recording.getMetadata().getNamespace() + "/" + recording.getMetadata().getName();
    }
}
