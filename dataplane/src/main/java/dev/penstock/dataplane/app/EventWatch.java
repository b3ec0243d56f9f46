package dev.penstock.dataplane.app;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.Durations;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.Notification;
import dev.penstock.api.v1alpha1.Notification.Event;
import dev.penstock.dataplane.access.Load;
import dev.penstock.dataplane.access.ViewerBook;
import dev.penstock.dataplane.notify.Notifications;
import dev.penstock.dataplane.notify.Target;
import dev.penstock.dataplane.record.RecorderStatus;
import dev.penstock.dataplane.record.RecorderStatus.Phase;
import dev.penstock.dataplane.record.Recorders;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Sees what changes in streams and recordings and lets those be told that {@code spec.notify} names. It looks twice a second at what
 * any thread may read, so nothing that it does can hold up a stream; what is over within half a second and has left no trace is
 * not told. Owned by the one thread that runs it.
 */
final class EventWatch implements Runnable {
    /** How often it is to be run. */
    static final Duration EVERY = Duration.ofMillis(500);
    private static final Logger LOG = LoggerFactory.getLogger(EventWatch.class);

    private final LiveStreams streams;
    private final Recorders recorders;
    private final Notifications notifications;
    private final ViewerBook viewers;
    private final Map<String, Seen> seen = new HashMap<>();
    /** Each recording when its session was last known. */
    private final Map<String, RecorderStatus> recordings = new HashMap<>();
    /** Recordings of which it was told that they are complete. */
    private final Set<String> finalized = new HashSet<>();

    /** A stream at the last look. */
    private record Seen(LiveStream resource, @Nullable Instant up, boolean full) {}

    /** @param viewers knows whether a stream has as many as its limit says */
    EventWatch(LiveStreams streams, Recorders recorders, Notifications notifications, ViewerBook viewers) {
        this.streams = streams;
        this.recorders = recorders;
        this.notifications = notifications;
        this.viewers = viewers;
    }

    @Override
    public void run() {
        try {
            Map<String, LiveStreams.Running> now = streams.all();
            now.forEach(this::look);
            for (String id : List.copyOf(seen.keySet())) {
                if (!now.containsKey(id)) {
                    gone(id);
                }
            }
            lookAtRecordings();
            notifications.beat();
        } catch (RuntimeException e) {
            // The next look must come all the same.
            LOG.atError().setCause(e).log("Looking for events failed");
        }
    }

    private void look(String id, LiveStreams.Running stream) {
        Seen before = seen.get(id);
        if (before == null || !before.resource().equals(stream.resource())) {
            notifications.apply(id, targets(stream.resource()));
        }
        SourceState.Snapshot source = stream.state().now();
        Instant up = source.connected() ? source.since() : null;
        Instant wasUp = before == null ? null : before.up();
        if (wasUp != null && !wasUp.equals(up)) {
            tell(id, Event.SOURCE_DOWN, Map.of("reason", source.idle()
                    ? "nobody wants the stream"
                    : Optional.ofNullable(source.lastError()).orElse("unknown")));
        }
        if (up != null && !up.equals(wasUp) && source.source() != null) {
            tell(id, Event.SOURCE_UP,
                    Map.of("protocol", source.source().protocol(), "remote", source.source().remote()));
        }
        boolean fullNow = viewers.load(id) == Load.FULL;
        if (fullNow != (before != null && before.full())) {
            tell(id, fullNow ? Event.LIMIT_HIT : Event.LIMIT_MISS,
                    Map.of("viewers", viewers.viewers(id)));
        }
        seen.put(id, new Seen(stream.resource(), up, fullNow));
    }

    private void gone(String id) {
        Seen before = seen.remove(id);
        if (before != null && before.up() != null) {
            tell(id, Event.SOURCE_DOWN, Map.of("reason", "the stream is off the air, or not served here any more"));
        }
        notifications.remove(id);
    }

    private void lookAtRecordings() {
        Set<String> there = new HashSet<>();
        for (RecorderStatus now : recorders.statuses()) {
            String id = now.namespace() + "/" + now.recording();
            there.add(id);
            RecorderStatus before = recordings.get(id);
            if (now.session() != null) {
                recordings.put(id, now);
                lookAtSession(before, now);
            }
            // A recorder that is made anew to be stopped may not know the session any more.
            RecorderStatus known = now.session() != null ? now : before;
            if (now.phase() == Phase.ENDED && before != null && known != null && finalized.add(id)) {
                tellOf(known, Event.RECORDING_FINALIZED, Map.of("segments", known.segments(), "bytes", known.bytes(),
                        "durationMs", known.durationMs(), "gaps", known.gapCount()));
            } else if (now.phase() != Phase.ENDED) {
                finalized.remove(id);
            }
        }
        finalized.retainAll(there);
        recordings.keySet().retainAll(there);
    }

    private void lookAtSession(@Nullable RecorderStatus before, RecorderStatus now) {
        boolean over = now.phase() == Phase.ENDED || now.phase() == Phase.DRAINING;
        boolean same = before == null ? over : now.session() != null && now.session().equals(before.session());
        if (!same) {
            tellOf(now, Event.RECORDING_STARTED, Map.of());
        }
        int gapsBefore = !same ? 0 : before == null ? now.gapCount() : before.gapCount();
        if (now.gapCount() > gapsBefore && !now.gaps().isEmpty()) {
            RecorderStatus.Gap newest = now.gaps().getLast();
            tellOf(now, Event.RECORDING_GAP, Map.of("gaps", now.gapCount(), "reason", newest.reason(), "start",
                    Instant.ofEpochMilli(newest.startEpochMs()).toString(), "durationMs", newest.durationMs()));
        }
    }

    private void tellOf(RecorderStatus recording, Event event, Map<String, Object> more) {
        Map<String, Object> data = new LinkedHashMap<>(more);
        data.put("recording", recording.namespace() + "/" + recording.recording());
        data.put("session", String.valueOf(recording.session()));
        tell(recording.namespace() + "/" + recording.stream(), event, data);
    }

    private void tell(String stream, Event event, Map<String, Object> data) {
        notifications.tell(stream, name(event), data);
    }

    static List<Target> targets(LiveStream stream) {
        List<Notification> wanted = stream.getSpec().notifications();
        List<Target> targets = new ArrayList<>();
        for (Notification each : wanted == null ? List.<Notification>of() : wanted) {
            try {
                Set<Event> events = each.events() == null ? EnumSet.allOf(Event.class) : Set.copyOf(each.events());
                targets.add(new Target(URI.create(each.url()),
                        Optional.ofNullable(each.secretRef())
                                .map(ref -> stream.getMetadata().getNamespace() + "/" + ref.name()),
                        events.stream().map(EventWatch::name).collect(Collectors.toUnmodifiableSet()),
                        Optional.ofNullable(each.heartbeat()).map(Durations::parse)));
            } catch (IllegalArgumentException e) {
                LOG.atWarn().addKeyValue(LogKeys.STREAM, LiveStreams.id(stream))
                        .addKeyValue(LogKeys.FIELD, "spec.notify").log("URL not usable; it is not told");
            }
        }
        return targets;
    }

    /** As the resource and the API say it. */
    private static String name(Event event) {
        return switch (event) {
            case SOURCE_UP -> "SourceUp";
            case SOURCE_DOWN -> "SourceDown";
            case LIMIT_HIT -> "LimitHit";
            case LIMIT_MISS -> "LimitMiss";
            case RECORDING_STARTED -> "RecordingStarted";
            case RECORDING_FINALIZED -> "RecordingFinalized";
            case RECORDING_GAP -> "RecordingGap";
        };
    }
}
