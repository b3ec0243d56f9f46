package dev.penstock.dataplane.app;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.dataplane.access.Load;
import dev.penstock.dataplane.access.ViewerBook;
import dev.penstock.dataplane.api.Catalog;
import dev.penstock.dataplane.api.LoadView;
import dev.penstock.dataplane.api.ProblemView;
import dev.penstock.dataplane.api.RecordingView;
import dev.penstock.dataplane.api.SessionView;
import dev.penstock.dataplane.api.StreamState;
import dev.penstock.dataplane.api.StreamView;
import dev.penstock.dataplane.fanout.TsSession;
import dev.penstock.dataplane.hub.HubStats;
import dev.penstock.dataplane.push.PushState;
import dev.penstock.dataplane.record.Recorder;
import dev.penstock.dataplane.record.RecorderStatus;
import dev.penstock.dataplane.record.Recorders;
import dev.penstock.dataplane.segment.StreamShape;

/** Shows what the process serves, from snapshots that any thread may read. */
final class NodeCatalog implements Catalog {
    private final LiveStreams streams;
    private final Recordings recordings;
    private final Recorders recorders;
    private final Problems problems;
    private final ViewerBook viewers;
    private final InstantSource clock;

    NodeCatalog(LiveStreams streams, Recordings recordings, Recorders recorders, Problems problems,
            ViewerBook viewers,
            InstantSource clock) {
        this.streams = streams;
        this.recordings = recordings;
        this.recorders = recorders;
        this.problems = problems;
        this.viewers = viewers;
        this.clock = clock;
    }

    @Override
    public List<StreamView> streams() {
        return Stream.concat(streams.all().entrySet().stream().map(e -> view(e.getKey(), e.getValue())),
                streams.refused().values().stream().filter(r -> r.reason() == Reasons.OFFLINE).map(NodeCatalog::offAir))
                .toList();
    }

    @Override
    public List<RecordingView> recordings() {
        return recordings.all().stream().map(this::view).toList();
    }

    @Override
    public List<SessionView> sessions() {
        List<SessionView> all = new ArrayList<>();
        streams.all().forEach((id, stream) -> stream.unit().fanout().sessions().stream()
                .sorted(Comparator.comparing(TsSession::since).thenComparing(TsSession::id))
                .limit(MOST_SESSIONS - all.size()).forEach(viewer -> all.add(new SessionView(viewer.id(), id,
                        "HTTP-TS", viewer.address(), viewer.since().toString(), null, viewer.bytes()))));
        return all;
    }

    @Override
    public boolean end(String session) {
        return streams.all().values().stream().anyMatch(stream -> stream.unit().fanout().kick(session));
    }

    @Override
    public LoadView load() {
        return new LoadView(LoadView.word(viewers.load() == Load.FULL), viewers.viewers());
    }

    @Override
    public List<ProblemView> problems() {
        return problems.views();
    }

    private static StreamView offAir(LiveStreams.Refused stream) {
        return new StreamView(stream.resource().getMetadata().getNamespace(),
                stream.resource().getMetadata().getName(), StreamState.OFFLINE, null, null, 0, 0,
                "off the air (spec.offline: true)", new StreamView.Urls(null, null), LoadView.word(false), null);
    }

    private StreamView view(String id, LiveStreams.Running stream) {
        SourceState.Snapshot source = stream.state().now();
        HubStats stats = stream.unit().hub().stats();
        boolean live = stream.isLive();
        StreamState state = live
                ? StreamState.LIVE
                : source.idle()
                        ? StreamState.OFFLINE
                        : source.failed() ? StreamState.NO_SOURCE : StreamState.CONNECTING;
        String base = "/live/" + id + "/";
        return new StreamView(stream.resource().getMetadata().getNamespace(), stream.resource().getMetadata().getName(),
                state,
                source.source() == null
                        ? null
                        : new StreamView.Source(source.source().protocol(), source.source().remote()),
                media(stream, stats), viewers.viewers(id),
                live ? Duration.between(source.since(), clock.instant()).toSeconds() : 0, source.lastError(),
                new StreamView.Urls(stream.settings().hls() != StreamSettings.Hls.NONE ? base + "index.m3u8" : null,
                        stream.settings().ts() ? base + "stream.ts" : null),
                LoadView.word(viewers.load(id) == Load.FULL),
                pushes(id));
    }

    private @Nullable List<StreamView.Push> pushes(String id) {
        List<PushState> states = streams.pushes(id);
        return states.isEmpty() ? null : states.stream().map(NodeCatalog::push).toList();
    }

    private static StreamView.Push push(PushState state) {
        String word = switch (state.word()) {
            case WAITING -> "Waiting";
            case CONNECTING -> "Connecting";
            case CONNECTED -> "Connected";
            case FAILED -> "Failed";
        };
        return new StreamView.Push(state.name(), state.remote(), word, state.since().toString(), state.problem(),
                state.bytes(), state.skips());
    }

    private static StreamView.@Nullable Media media(LiveStreams.Running stream, HubStats stats) {
        StreamShape shape = stream.unit().shape();
        if (shape.codecs().isEmpty()) {
            return null;
        }
        return new StreamView.Media(shape.codecs(), shape.width(), shape.height(), shape.frameRate(),
                stats.bitsPerSecond(),
                Math.max(0, stats.keyIntervalMs()) / 1000.0);
    }

    private RecordingView view(Recording recording) {
        String namespace = recording.getMetadata().getNamespace();
        String name = recording.getMetadata().getName();
        Optional<RecorderStatus> status = recorders.find(namespace, name).map(Recorder::status);
        String stream = recording.getSpec().streamRef() == null ? "" : recording.getSpec().streamRef().name();
        if (status.isEmpty()) {
            return new RecordingView(namespace, name, stream, "Pending", null, new RecordingView.Media(0, 0, 0, 0),
                    new RecordingView.Store(0, 0), "its stream or its store is not there", null);
        }
        RecorderStatus s = status.get();
        String url = s.session() == null ? null : "/recordings/" + namespace + "/" + name + "/index.m3u8";
        return new RecordingView(namespace, name, stream, phase(s), s.session(),
                new RecordingView.Media(s.segments(), s.bytes(), s.durationMs() / 1000.0, s.gapCount()),
                new RecordingView.Store(s.upload().pendingSegments(), s.upload().lagSeconds()), s.lastError(), url);
    }

    private static String phase(RecorderStatus status) {
        return switch (status.phase()) {
            case STARTING, WAITING -> status.session() == null ? "Pending" : "Recording";
            case RECORDING, DEGRADED -> "Recording";
            case DRAINING -> "Stopped";
            case ENDED -> "Finalized";
        };
    }
}
