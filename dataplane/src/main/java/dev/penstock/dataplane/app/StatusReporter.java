package dev.penstock.dataplane.app;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.Condition;
import dev.penstock.api.ConditionTypes;
import dev.penstock.api.Durations;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Media;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Origin;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Outputs;
import dev.penstock.api.v1alpha1.LiveStreamStatus.PushOutput;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingStatus;
import dev.penstock.dataplane.access.ViewerBook;
import dev.penstock.dataplane.hub.HubStats;
import dev.penstock.dataplane.push.PushState;
import dev.penstock.dataplane.record.Recorder;
import dev.penstock.dataplane.record.RecorderStatus;
import dev.penstock.dataplane.record.Recorders;
import dev.penstock.dataplane.resource.RecordingReport;
import dev.penstock.dataplane.resource.ReportedCondition;
import dev.penstock.dataplane.resource.ResourceKey;
import dev.penstock.dataplane.resource.StatusWriter;
import dev.penstock.dataplane.resource.StreamReport;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Looks at all streams and recordings once a second and reports them; the writer decides what of it is worth a write. A thread
 * of its own; reads snapshots only.
 */
final class StatusReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final double BACKLOG_SECONDS = 60;

    private final LiveStreams streams;
    private final Recordings recordings;
    private final Recorders recorders;
    private final ViewerBook viewers;
    private final NodeSettings settings;
    private final StatusWriter writer;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("status-reporter").daemon().unstarted(task));
    private final Set<ResourceKey> reported = new HashSet<>();

    StatusReporter(LiveStreams streams, Recordings recordings, Recorders recorders, ViewerBook viewers,
            NodeSettings settings) {
        this.streams = streams;
        this.recordings = recordings;
        this.recorders = recorders;
        this.viewers = viewers;
        this.settings = settings;
        if (settings.status() == null) {
            throw new IllegalArgumentException("settings.status: null (expected: where reports go)");
        }
        this.writer = settings.status();
        thread.scheduleWithFixedDelay(this::reportSafely, 1, 1, TimeUnit.SECONDS);
    }

    private void reportSafely() {
        try {
            report();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue(LogKeys.REASON, e.getMessage()).log("Status cannot be reported");
        }
    }

    private void report() {
        Set<ResourceKey> now = new HashSet<>();
        streams.all().forEach((id, stream) -> {
            now.add(ResourceKey.of(stream.resource()));
            writer.report(report(id, stream));
        });
        streams.refused().forEach((id, stream) -> {
            ResourceKey key = ResourceKey.of(stream.resource());
            if (now.add(key)) {
                writer.report(stream.reason() == Reasons.OFFLINE
                        ? offAir(stream)
                        : new StreamReport(stream.resource(),
                                List.of(condition(ConditionTypes.SERVED, false, stream.reason(), stream.message())),
                                nothing(stream.message()), null));
            }
        });
        for (Recording recording : recordings.all()) {
            String namespace = recording.getMetadata().getNamespace();
            recorders.find(namespace, recording.getMetadata().getName()).map(Recorder::status).ifPresent(status -> {
                now.add(ResourceKey.of(recording));
                writer.report(report(recording, status));
            });
        }
        reported.removeAll(now);
        reported.forEach(writer::forget);
        reported.clear();
        reported.addAll(now);
    }

    private StreamReport report(String id, LiveStreams.Running stream) {
        SourceState.Snapshot source = stream.state().now();
        HubStats stats = stream.unit().hub().stats();
        boolean live = source.connected() && stats.nanosSincePacket() < QUIET_NANOS;
        List<ReportedCondition> conditions = new ArrayList<>();
        conditions.add(condition(ConditionTypes.SERVED, true, Reasons.SERVED, "Served by pod " + settings.writer()));
        boolean pushed = stream.feed() instanceof Feed.Push;
        String none = pushed
                ? "No publisher has come yet"
                : source.idle() ? "Nobody wants the stream; its source is connected on demand" : "No try has ended yet";
        String error = source.lastError() == null ? none : source.lastError();
        Reasons away = pushed
                ? Reasons.NO_PUBLISHER
                : source.idle()
                        ? Reasons.IDLE
                        : source.failed() ? Reasons.UNREACHABLE : Reasons.CONNECTING;
        conditions.add(source.connected()
                ? condition(ConditionTypes.SOURCE_CONNECTED, true, Reasons.CONNECTED, delivers(stream.state().note()))
                : condition(ConditionTypes.SOURCE_CONNECTED, false, away, error));
        conditions.add(live
                ? condition(ConditionTypes.LIVE, true, Reasons.RECEIVING, "Media arrives")
                : condition(ConditionTypes.LIVE, false, source.idle() ? Reasons.IDLE : Reasons.NO_MEDIA, error));
        long cut = stream.settings().segment().max().toMillis();
        if (stats.keyIntervalMs() > cut) {
            conditions.add(
                    condition(ConditionTypes.LONG_GOP, true, Reasons.LONG_GOP, "Keyframes are " + stats.keyIntervalMs()
                            + " ms apart (expected: at most spec.segment.max, " + cut + " ms)"));
        }
        boolean slate = stream.unit().slates().isActive();
        if (stream.resource().getSpec().fallback() != null) {
            conditions.add(slate
                    ? condition(ConditionTypes.FALLBACK_ACTIVE, true, Reasons.SLATE, "Viewers see the slate")
                    : condition(ConditionTypes.FALLBACK_ACTIVE, false, live ? Reasons.RECEIVING : Reasons.NO_MEDIA,
                            "Viewers do not see the slate"));
        }
        StreamShape shape = stream.unit().shape();
        return new StreamReport(stream.resource(), conditions, media(id, stream, source, stats, shape), outputs(id));
    }

    /** It is served, as it was asked for: not at all. */
    private StreamReport offAir(LiveStreams.Refused stream) {
        String message = "Off the air (spec.offline: true)";
        return new StreamReport(stream.resource(),
                List.of(condition(ConditionTypes.SERVED, true, Reasons.OFFLINE, message),
                        condition(ConditionTypes.SOURCE_CONNECTED, false, Reasons.OFFLINE, message),
                        condition(ConditionTypes.LIVE, false, Reasons.OFFLINE, message)),
                nothing(null), null);
    }

    private @Nullable Outputs outputs(String id) {
        List<PushState> pushes = streams.pushes(id);
        return pushes.isEmpty() ? null : new Outputs(pushes.stream().map(StatusReporter::push).toList());
    }

    private static PushOutput push(PushState state) {
        LiveStreamStatus.PushState word = switch (state.word()) {
            case WAITING -> LiveStreamStatus.PushState.WAITING;
            case CONNECTING -> LiveStreamStatus.PushState.CONNECTING;
            case CONNECTED -> LiveStreamStatus.PushState.CONNECTED;
            case FAILED -> LiveStreamStatus.PushState.FAILED;
        };
        return new PushOutput(state.name(), word, state.since().truncatedTo(ChronoUnit.SECONDS).toString(),
                state.problem(), state.bytes());
    }

    private static String delivers(String note) {
        return note.isEmpty() ? "The source delivers" : "The source delivers; " + note;
    }

    private Media nothing(@Nullable String error) {
        return new Media(settings.epoch().getAsLong(), Origin.NONE, null, null, null, null, null, null, null, null,
                null, null, null, error);
    }

    private Media media(String id, LiveStreams.Running stream, SourceState.Snapshot source, HubStats stats,
            StreamShape shape) {
        boolean connected = source.connected() && source.source() != null;
        Origin origin = !connected
                ? stream.unit().slates().isActive() ? Origin.SLATE : Origin.NONE
                : source.source().index() == 0 ? Origin.PRIMARY : Origin.BACKUP;
        return new Media(settings.epoch().getAsLong(), origin, connected ? source.source().index() : null,
                connected ? source.source().protocol() : null, connected ? source.source().remote() : null,
                shape.codecs().isEmpty() ? null : shape.codecs(), shape.width() == 0 ? null : shape.width(),
                shape.height() == 0 ? null : shape.height(), shape.frameRate() == 0 ? null : shape.frameRate(),
                stats.keyIntervalMs() < 0 ? null : duration(stats.keyIntervalMs()), stats.bitsPerSecond(),
                viewers.viewers(id), connected ? source.since().toString() : null,
                source.lastError());
    }

    private RecordingReport report(Recording recording, RecorderStatus status) {
        List<ReportedCondition> conditions = new ArrayList<>();
        conditions.add(condition(ConditionTypes.SERVED, true, Reasons.SERVED, "Recorded by pod " + settings.writer()));
        boolean backlog = status.upload().lagSeconds() > BACKLOG_SECONDS;
        conditions.add(condition(ConditionTypes.UPLOAD_BACKLOGGED, backlog,
                backlog ? Reasons.UPLOADS_WAITING : Reasons.UPLOADS_DONE,
                status.lastError() == null
                        ? status.upload().pendingSegments() + " segments wait for the store"
                        : status.lastError()));
        RecordingStatus.Session session = status.session() == null
                ? null
                : new RecordingStatus.Session(settings.epoch().getAsLong(), status.session(), null, null, null,
                        duration(status.durationMs()), (long) status.segments(), status.bytes(), status.gapCount(),
                        status.upload().pendingSegments(), duration((long) (status.upload().lagSeconds() * 1000)),
                        status.lastError(), urls(recording));
        return new RecordingReport(recording, conditions, phase(status), session);
    }

    /** Where a recording is played: beside its stream, whose URLs the operator has made. */
    private RecordingStatus.@Nullable Urls urls(Recording recording) {
        String namespace = recording.getMetadata().getNamespace();
        return Optional.ofNullable(recording.getSpec().streamRef())
                .flatMap(ref -> settings.resources().view().stream(namespace, ref.name()))
                .map(LiveStream::getStatus).map(LiveStreamStatus::urls)
                .map(urls -> urls.hls() == null ? urls.ts() : urls.hls())
                .map(url -> url.substring(0, url.indexOf("/live/")) + "/recordings/" + namespace + "/"
                        + recording.getMetadata().getName() + "/index.m3u8")
                .map(hls -> new RecordingStatus.Urls(hls, null, null)).orElse(null);
    }

    private static String duration(long millis) {
        return Durations.format(Duration.ofMillis(Math.max(0, millis)));
    }

    private static RecordingStatus.Phase phase(RecorderStatus status) {
        return switch (status.phase()) {
            case STARTING, WAITING ->
                status.session() == null ? RecordingStatus.Phase.PENDING : RecordingStatus.Phase.RECORDING;
            case RECORDING, DEGRADED -> RecordingStatus.Phase.RECORDING;
            case DRAINING -> RecordingStatus.Phase.STOPPED;
            case ENDED -> RecordingStatus.Phase.FINALIZED;
        };
    }

    private static ReportedCondition condition(String type, boolean holds, Reasons reason, String message) {
        return new ReportedCondition(type, holds ? Condition.Status.True : Condition.Status.False, reason, message);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
