package dev.penstock.dataplane.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.zip.CRC32;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.record.RecorderStatus.Phase;
import dev.penstock.dataplane.record.RecordingMetrics.DropReason;
import dev.penstock.dataplane.record.spool.SessionInfo;
import dev.penstock.dataplane.record.spool.Spool;
import dev.penstock.dataplane.record.spool.SpoolFullException;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.record.upload.Job;
import dev.penstock.dataplane.record.upload.Uploader;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.StreamShape;
import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.store.layout.SessionId;
import dev.penstock.dataplane.store.layout.SessionPath;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * What a recorder does, message by message. Belongs to the recorder's thread; blocks on the local disk, and once, at the
 * start, up to 10 s on the store ({@link Adoption}).
 */
final class RecorderLoop {
    private static final Logger LOG = LoggerFactory.getLogger(RecorderLoop.class);
    private static final long TICK_NANOS = 1_000_000_000L;
    private static final SessionId ANY_SESSION = new SessionId("19700101t000000z-000000");

    private final RecorderConfig config;
    private final RecorderContext context;
    private final Adoption adoption;
    private final LateLooks lateLooks;
    private final Spool spool;
    private final Uploader uploader;
    private final GapLog gaps;
    private final Breaks breaks = new Breaks();
    private @Nullable SpoolSession current;
    private @Nullable String spoolError;
    private boolean streaming;
    private boolean stopped;
    private boolean leaving;
    private Message.@Nullable Found found;
    private boolean recovered;
    private long dropped;
    private long retriesSeen;
    private volatile List<SpoolSession> sessions = List.of();

    RecorderLoop(RecorderConfig config, RecorderContext context, Executor workers, Consumer<Message> results) {
        this.config = config;
        this.context = context;
        this.adoption = new Adoption(config, workers);
        this.lateLooks = new LateLooks(config, workers, results);
        RecorderConfig.Identity identity = config.identity();
        this.spool = new Spool(context.files(),
                config.spool().folder().resolve(identity.namespace()).resolve(identity.recording())
                        .resolve(identity.stream()),
                config.spool().maxBytes(), context.budget());
        this.uploader = new Uploader(spool, new Uploader.Settings(config.store(), context.backoff(), context.random(),
                config.targetSeconds(), config.bucketLive()), workers,
                result -> results.accept(new Message.Uploaded(result)));
        this.gaps = new GapLog(config.targetSeconds());
    }

    /** Sessions in the spool, oldest first; from any thread. */
    List<SpoolSession> sessions() {
        return sessions;
    }

    /** Finds what an earlier process left: the newest session may go on, the others end. */
    void recover() throws IOException {
        if (recovered) {
            return;
        }
        RecorderConfig.Identity identity = config.identity();
        spool.recover(new SessionPath(identity.namespace(), identity.recording(), identity.stream(), ANY_SESSION));
        recovered = true;
        if (!leaving) {
            adoption.run(spool, context.clock().millis())
                    .ifPresent(session -> lateLooks.begin(session, context.nanos().getAsLong()));
        }
        List<SpoolSession> all = spool.sessions();
        for (SpoolSession session : all) {
            boolean newest = session == all.getLast();
            if (!leaving && !session.ended() && !(newest && session.info().isPresent())) {
                end(session);
            }
            if (!session.finalized()) {
                uploader.add(session);
            }
            if (newest && !session.ended() && !leaving) {
                current = session;
                gaps.rebuild(session);
            }
        }
        if (leaving) {
            uploader.leave();
        }
        publishSessions();
        if (!all.isEmpty()) {
            LOG.atInfo().addKeyValue(LogKeys.RECORDING, identity.label()).addKeyValue(LogKeys.COUNT, all.size())
                    .log("Found sessions of an earlier process in the spool");
        }
    }

    /** Ends the wait for the store at the start; from any thread. */
    void cancelWait() {
        adoption.cancel();
    }

    /** Handles one message. Releases a segment that came with it. */
    void handle(Message message) throws IOException {
        switch (message) {
            case Message.Arrived arrived -> {
                try {
                    if (arrived.afterDrops()) {
                        gaps.dropped(DropReason.QUEUE.label());
                    }
                    arrived(arrived.segment());
                } finally {
                    arrived.segment().release();
                }
            }
            case Message.StreamEnded end -> streaming = false;
            case Message.Uploaded done -> uploaded(done.result());
            case Message.Leave leave -> {
                leaving = true;
                streaming = false;
                current = null;
                uploader.leave();
            }
            case Message.Found late -> found = late;
            case Message.Stop stop -> {
                stopped = true;
                streaming = false;
                endCurrent();
            }
        }
    }

    /**
     * Does what is due: closes a session that waited too long, uploads, forgets what is done.
     *
     * @return nanoseconds until it wants to be called again
     */
    long tick() throws IOException {
        recover();
        closeStale();
        lateLooks.tick(context.nanos().getAsLong());
        merge();
        long pause = uploader.pump(context.nanos().getAsLong());
        context.metrics().retried(uploader.retries() - retriesSeen);
        retriesSeen = uploader.retries();
        forgetFinalized();
        if (leaving && finished()) {
            abandon();
        }
        return Math.clamp(pause, 0, TICK_NANOS);
    }

    /** Takes segments of another pod into the session, unless playlists are just being written from it as it was. */
    private void merge() throws IOException {
        Message.Found late = found;
        SpoolSession session = current;
        if (late == null || session == null || !session.path().equals(late.session())) {
            found = null;
            return;
        }
        if (uploader.writesPlaylists(session)) {
            return;
        }
        found = null;
        List<SpooledSegment> before = session.segments();
        SessionInfo info = session.info().orElse(null);
        if (info != null) {
            spool.adopt(info, late.segments());
            if (session.segments().size() > before.size()) {
                uploader.merged(session, before);
                gaps.rebuild(session);
                LOG.atInfo().addKeyValue(LogKeys.RECORDING, config.identity().label())
                        .addKeyValue(LogKeys.COUNT, session.segments().size() - before.size())
                        .log("Segments of another pod joined the session");
            }
        }
    }

    /** All that is here is in the store, and the session is another pod's. */
    private void abandon() throws IOException {
        for (SpoolSession session : spool.sessions()) {
            spool.abandon(session);
        }
        publishSessions();
    }

    /** Sessions of which only the description is left; all of them once the recording is over. */
    private void forgetFinalized() throws IOException {
        for (SpoolSession session : spool.sessions()) {
            boolean newest = session == spool.sessions().getLast();
            if (session.finalized() && (finished() || !newest) && spool.forget(session, finished())) {
                publishSessions();
            }
        }
    }

    /** Whether the recorder was stopped and all of it is in the store. */
    boolean finished() {
        return (stopped || leaving) && recovered && uploader.idle();
    }

    private void arrived(Segment segment) {
        streaming = true;
        if (stopped || leaving) {
            return;
        }
        try {
            recover();
            Segment.Info info = breaks.number(segment.info(),
                    current == null ? Optional.empty() : current.last());
            ByteBuffer[] content = segment.content().nioBuffers();
            SegmentName name = name(info, content);
            if (current != null && current.contains(name)) {
                return;
            }
            SpoolSession session = sessionFor(info);
            session.shape(info.stream());
            spool.append(session, name, content);
            gaps.appended(session);
            context.metrics().kept(info.bytes());
            spoolError = null;
        } catch (SpoolFullException e) {
            drop(DropReason.SPOOL, e.getMessage());
        } catch (IOException e) {
            drop(DropReason.DISK, "spool: " + e.getMessage());
        }
    }

    /** Segments did not fit into the queue. Where the gap is, the message of the segment that follows tells. */
    void dropped(int count) {
        for (int i = 0; i < count; i++) {
            count(DropReason.QUEUE, "spool: the disk is slower than the stream");
        }
    }

    /** Gives the disk it uses back to the budget; nothing may be called afterwards. */
    void close() {
        spool.close();
    }

    private void drop(DropReason reason, String why) {
        gaps.dropped(reason.label());
        count(reason, why);
    }

    private void count(DropReason reason, String why) {
        if (spoolError == null) {
            LOG.atError().addKeyValue(LogKeys.RECORDING, config.identity().label()).addKeyValue(LogKeys.REASON, why)
                    .log("Segments are dropped from the recording");
        }
        dropped++;
        spoolError = why;
        context.metrics().dropped(reason, 1);
    }

    private SpoolSession sessionFor(Segment.Info info) throws IOException {
        if (current != null && config.sessions().judge(current.last(), info) == SessionPolicy.Verdict.NEW_SESSION) {
            endCurrent();
        }
        if (current == null) {
            current = spool.create(describe(info));
            gaps.rebuild(current);
            uploader.add(current);
            publishSessions();
            LOG.atInfo().addKeyValue(LogKeys.RECORDING, config.identity().label())
                    .addKeyValue(LogKeys.SESSION, current.path().session()).log("Session begins");
        }
        return current;
    }

    private SessionInfo describe(Segment.Info info) {
        RecorderConfig.Identity identity = config.identity();
        StreamShape shape = info.stream();
        SessionId id = SessionId.create(context.clock(), context.random());
        return new SessionInfo(1, identity.namespace(), identity.recording(), identity.stream(), id.value(),
                DateTimeFormatter.ISO_INSTANT.format(id.start().atOffset(ZoneOffset.UTC)), identity.writer(),
                config.epoch().getAsLong(), config.targetSeconds(), Segment.Info.TIMESCALE, SessionInfo.CLOCK,
                List.of(new SessionInfo.Rendition(SpoolSession.RENDITION, "ts", shape.codecs(), shape.width(),
                        shape.height(), shape.frameRate())));
    }

    private SegmentName name(Segment.Info info, ByteBuffer[] content) {
        CRC32 crc = new CRC32();
        for (ByteBuffer buffer : content) {
            crc.update(buffer.duplicate());
        }
        return new SegmentName(info.sequence(), info.startEpochMs(), info.durationTicks(), Segment.Info.TIMESCALE,
                info.discontinuitySequence(), SegmentName.TS, config.epoch().getAsLong(), (int) crc.getValue());
    }

    private void closeStale() {
        if (current != null && !streaming) {
            long now = context.clock().millis();
            long since = current.last().map(SegmentName::endEpochMs)
                    .orElse(current.path().session().start().toEpochMilli());
            if (now - since > config.sessions().window().toMillis()) {
                endCurrent();
            }
        }
    }

    private void endCurrent() {
        if (current != null) {
            SpoolSession session = current;
            current = null;
            LOG.atInfo().addKeyValue(LogKeys.RECORDING, config.identity().label())
                    .addKeyValue(LogKeys.SESSION, session.path().session()).log("Session ends");
            end(session);
        }
    }

    /** A disk that cannot note the end does not keep the session open: after a restart it is found ended by its age. */
    private void end(SpoolSession session) {
        try {
            spool.end(session);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue(LogKeys.SESSION, session.path().session())
                    .addKeyValue(LogKeys.REASON, e.getMessage()).log("End of a session is not noted on the disk");
        }
    }

    private void uploaded(Job.Result result) throws IOException {
        if (result.error() != null) {
            context.metrics().uploadFailed(result.error().kind());
        } else if (result.job() instanceof Job.OfSegment) {
            context.metrics().uploaded();
        }
        uploader.finished(result, context.nanos().getAsLong());
    }

    private void publishSessions() {
        sessions = spool.sessions();
    }

    /** The present state. */
    RecorderStatus status() {
        List<SpoolSession> all = sessions;
        SpoolSession newest = current != null ? current : all.isEmpty() ? null : all.getLast();
        Uploader.Backlog backlog = uploader.backlog();
        double lag = backlog.segments() == 0
                ? 0
                : Math.max(0, context.clock().millis() - backlog.oldestEndMs()) / 1000.0;
        String error = spoolError != null
                ? spoolError
                : uploader.lastError().map(Throwable::getMessage).orElse(null);
        SessionTotals totals = gaps.totals();
        RecorderConfig.Identity identity = config.identity();
        return new RecorderStatus(identity.namespace(), identity.recording(), identity.stream(), phase(),
                newest == null ? null : newest.path().session().value(), totals.segments(), totals.bytes(),
                totals.durationMs(),
                new RecorderStatus.Upload(backlog.segments(), backlog.bytes(), lag, backlog.unlistedMs() / 1000.0,
                        uploader.retries()),
                spool.bytes(), totals.gaps(), gaps.newest(), dropped, error);
    }

    private Phase phase() {
        if (finished()) {
            return Phase.ENDED;
        }
        if (stopped || leaving) {
            return Phase.DRAINING;
        }
        if (!recovered && spoolError == null) {
            return Phase.STARTING;
        }
        if (spoolError != null) {
            return Phase.DEGRADED;
        }
        return streaming ? Phase.RECORDING : Phase.WAITING;
    }
}
