package dev.penstock.dataplane.resource;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Condition;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamStatus;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Media;
import dev.penstock.api.v1alpha1.LiveStreamStatus.Outputs;
import dev.penstock.api.v1alpha1.LiveStreamStatus.PushOutput;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.ObjectStoreStatus;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RecordingStatus;
import dev.penstock.api.v1alpha1.RecordingStatus.Session;

/**
 * A status to write: made from nothing but what pods own.
 *
 * @param key of the resource
 * @param epoch of the ring by which this pod owns it, or -1 when the patch carries none
 * @param body the resource with name and status only
 * @param conditions the conditions in it
 * @param significant what, when it changes, is a transition and is written at once
 * @param exact what, when it changes at all, is worth a write
 * @param rates measured numbers that never stand still: only a change of more than a quarter is worth a write
 */
record StatusPatch(ResourceKey key, long epoch, HasMetadata body, List<Condition> conditions, Object significant,
        Object exact, List<Double> rates) {
    private static final int LONGEST = 1024;
    private static final double WORTH = 0.25;

    /** Whether it says nothing worth a write beyond what another one has said. */
    boolean saysNothingNewAfter(StatusPatch other) {
        if (!exact.equals(other.exact) || rates.size() != other.rates.size()) {
            return false;
        }
        for (int i = 0; i < rates.size(); i++) {
            double before = other.rates.get(i);
            if (Math.abs(rates.get(i) - before) > WORTH * before) {
                return false;
            }
        }
        return true;
    }

    /** The patch for a stream. */
    static StatusPatch of(StreamReport report, List<Condition> before, Instant now) {
        LiveStream stream = report.stream();
        List<Condition> conditions = conditions(report.conditions(),
                before(before, stream.getStatus() == null ? null : stream.getStatus().conditions()),
                stream.getMetadata().getGeneration(), now);
        Media media = report.media();
        LiveStream body = named(new LiveStream(), stream);
        body.setStatus(new LiveStreamStatus(null, conditions, null, null, null, media, report.outputs()));
        Media steady = new Media(media.epoch(), media.source(), media.sourceIndex(), media.protocol(), media.remote(),
                media.codecs(),
                media.width(), media.height(), null, null, null, null, media.since(), media.lastError());
        List<PushOutput> pushes = pushes(report.outputs());
        List<PushOutput> calm = pushes.stream()
                .map(push -> new PushOutput(push.name(), push.state(), push.since(), push.problem(), null)).toList();
        Object exact = List.of(conditions, steady, calm, Objects.toString(media.viewers()),
                Objects.toString(media.keyframeInterval()));
        List<Double> rates = List.of(media.bitrate() == null ? 0.0 : media.bitrate(),
                media.fps() == null ? 0.0 : media.fps(),
                pushes.stream().mapToDouble(push -> push.bytes() == null ? 0.0 : push.bytes()).sum());
        return new StatusPatch(ResourceKey.of(stream), media.epoch(), body, conditions,
                List.of(conditions, steady, calm),
                exact, rates);
    }

    private static List<PushOutput> pushes(@Nullable Outputs outputs) {
        return outputs == null || outputs.push() == null ? List.of() : outputs.push();
    }

    /** The patch for a recording. */
    static StatusPatch of(RecordingReport report, List<Condition> before, Instant now) {
        Recording recording = report.recording();
        List<Condition> conditions = conditions(report.conditions(),
                before(before, recording.getStatus() == null ? null : recording.getStatus().conditions()),
                recording.getMetadata().getGeneration(), now);
        Session session = report.session();
        Recording body = named(new Recording(), recording);
        body.setStatus(new RecordingStatus(null, conditions, report.phase(), session, null));
        Object steady = session == null
                ? ""
                : Map.of("id", session.id(), "ended", Objects.toString(session.endedAt()), "gaps",
                        Objects.toString(session.gaps()), "error", Objects.toString(session.lastError()), "epoch",
                        session.epoch());
        return new StatusPatch(ResourceKey.of(recording), session == null ? -1 : session.epoch(), body, conditions,
                List.of(conditions, report.phase(), steady), body, List.of());
    }

    /** The patch for a store; it has no epoch, as each store is checked anew by whoever owns its partition. */
    static StatusPatch of(StoreReport report) {
        ObjectStore store = report.store();
        ObjectStore body = named(new ObjectStore(), store);
        String message = report.message().length() > LONGEST
                ? report.message().substring(0, LONGEST)
                : report.message();
        body.setStatus(new ObjectStoreStatus(null, null, report.writable(), message,
                report.checkedAt().truncatedTo(ChronoUnit.SECONDS).toString()));
        return new StatusPatch(ResourceKey.of(store), -1, body, List.of(), List.of(report.writable(), message),
                body, List.of());
    }

    private static <T extends HasMetadata> T named(T body, HasMetadata of) {
        body.setMetadata(new ObjectMetaBuilder().withNamespace(of.getMetadata().getNamespace())
                .withName(of.getMetadata().getName()).build());
        return body;
    }

    private static List<Condition> before(List<Condition> written, @Nullable List<Condition> found) {
        return written.isEmpty() && found != null ? found : written;
    }

    /** The time of a transition stays while the status does. */
    private static List<Condition> conditions(List<ReportedCondition> reported, List<Condition> before,
            @Nullable Long generation, Instant now) {
        return reported.stream().map(r -> {
            String since = before.stream().filter(c -> c.type().equals(r.type()) && c.status() == r.status())
                    .findFirst()
                    .map(Condition::lastTransitionTime).orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
            return new Condition(r.type(), r.status(), generation, since, r.reason().word(), r.message());
        }).toList();
    }
}
