package dev.penstock.dataplane.record.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.record.spool.Spool;
import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.record.spool.SpooledSegment;
import dev.penstock.dataplane.store.ObjectInfo;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.StoreException.Kind;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Uploads the sessions of one recorder, the oldest first, for as long as it takes. Belongs to the recorder's thread, which
 * calls {@link #pump} and hands back results; only the puts themselves run elsewhere, at most {@link #PARALLEL} at a time.
 * After a failure one job at a time is tried, with growing pauses, until one succeeds.
 */
public final class Uploader {
    /** Most puts at a time. */
    public static final int PARALLEL = 4;

    private static final Logger LOG = LoggerFactory.getLogger(Uploader.class);

    private final Spool spool;
    private final Settings settings;
    private final Executor workers;
    private final Consumer<Job.Result> results;
    private final List<SessionUpload> sessions = new ArrayList<>();
    private int underWay;
    private int failures;
    private long retries;
    private long notBeforeNanos;
    private boolean waiting;
    private @Nullable StoreException lastError;

    /**
     * How to upload.
     *
     * @param store gives the store, anew for each job, so that changed credentials take effect
     * @param backoff pauses after failures
     * @param random spreads the pauses
     * @param targetSeconds target duration of sessions whose description is damaged
     * @param bucketLive whether {@code live.m3u8} is kept in the store
     */
    public record Settings(Supplier<ObjectStore> store, Backoff backoff, RandomGenerator random, int targetSeconds,
            boolean bucketLive) {}

    /**
     * @param workers runs puts; each may block for as long as the store's timeout
     * @param results takes a result from a worker's thread to the recorder's
     */
    public Uploader(Spool spool, Settings settings, Executor workers, Consumer<Job.Result> results) {
        this.spool = spool;
        this.settings = settings;
        this.workers = workers;
        this.results = results;
    }

    /** Uploads a session from now on. */
    public void add(SpoolSession session) {
        sessions.add(new SessionUpload(session, settings.targetSeconds(), settings.bucketLive()));
    }

    /**
     * Starts what can be started, and forgets sessions that are complete.
     *
     * @return nanoseconds until it is worth calling again without a new event, {@link Long#MAX_VALUE} when there is no need
     */
    public long pump(long nowNanos) throws IOException {
        if (waiting && nowNanos - notBeforeNanos < 0) {
            return notBeforeNanos - nowNanos;
        }
        waiting = false;
        int limit = failures > 0 ? 1 : PARALLEL;
        while (underWay < limit) {
            Optional<Job> job = next(nowNanos);
            if (job.isEmpty()) {
                break;
            }
            underWay++;
            retries += failures > 0 ? 1 : 0;
            start(job.get());
        }
        complete();
        return Long.MAX_VALUE;
    }

    /** From now on only segments go into the store: sessions that are not ended belong to another pod, and their playlists too. */
    public void leave() {
        sessions.stream().filter(upload -> !upload.session().ended()).forEach(SessionUpload::leave);
    }

    /** Whether playlists of a session are on their way. */
    public boolean writesPlaylists(SpoolSession session) {
        return sessions.stream().anyMatch(upload -> upload.session() == session && upload.writesPlaylists());
    }

    /**
     * Segments were added to a session elsewhere than at its end.
     *
     * @param before its segments before
     */
    public void merged(SpoolSession session, List<SpooledSegment> before) {
        sessions.stream().filter(upload -> upload.session() == session).forEach(upload -> upload.merged(before));
    }

    private Optional<Job> next(long nowNanos) {
        for (SessionUpload session : sessions) {
            Optional<Job> job = session.next(nowNanos);
            if (job.isPresent()) {
                return job;
            }
        }
        return Optional.empty();
    }

    private void start(Job job) {
        ObjectStore store = settings.store().get();
        workers.execute(() -> results.accept(new Job.Result(job, run(store, job))));
    }

    private static @Nullable StoreException run(ObjectStore store, Job job) {
        try {
            for (Job.Put put : job.puts()) {
                ObjectInfo info = store.put(put.key(), put.content(), put.options());
                if (put.expectedBytes() >= 0 && info.bytes() != put.expectedBytes()) {
                    return new StoreException(Kind.UNAVAILABLE, store.name() + ": stored " + put.key() + " has "
                            + info.bytes() + " bytes (expected: " + put.expectedBytes() + ")", null);
                }
            }
            return null;
        } catch (StoreException e) {
            return e;
        } catch (RuntimeException e) {
            return new StoreException(Kind.UNAVAILABLE, store.name() + ": " + e.getClass().getSimpleName(), e);
        }
    }

    /** A job ended. Call {@link #pump} afterwards. */
    public void finished(Job.Result result, long nowNanos) throws IOException {
        underWay--;
        StoreException error = result.error();
        Job job = result.job();
        for (SessionUpload session : sessions) {
            if (session.session().path().equals(job.session().path())) {
                session.ended(job, error == null, nowNanos);
            }
        }
        if (error == null) {
            failures = 0;
            lastError = null;
            if (job instanceof Job.OfSegment of) {
                spool.uploaded(of.session(), of.segment());
            }
        } else {
            failed(job, error, nowNanos);
        }
    }

    private void failed(Job job, StoreException error, long nowNanos) {
        if (job instanceof Job.OfSegment of && !Files.exists(of.session().file(of.segment().name()))) {
            LOG.atError().addKeyValue(LogKeys.FILE, of.session().file(of.segment().name()))
                    .log("Segment vanished from the spool before it was uploaded; listed as a gap");
            spool.lost(of.segment());
            return;
        }
        failures++;
        long pause = settings.backoff().nanos(failures, settings.random());
        notBeforeNanos = nowNanos + pause;
        waiting = true;
        if (failures == 1 || lastError == null || lastError.kind() != error.kind()) {
            LOG.atWarn().addKeyValue(LogKeys.RECORDING, job.session().path().folder())
                    .addKeyValue(LogKeys.REASON, error.getMessage()).log("Upload failed; the spool keeps the segments");
        }
        lastError = error;
    }

    private void complete() throws IOException {
        for (SessionUpload session : List.copyOf(sessions)) {
            if (session.complete()) {
                if (!session.session().finalized() && !session.isLeft()) {
                    spool.finalized(session.session());
                }
                sessions.remove(session);
            }
        }
    }

    /** Whether nothing is left to do: every session is ended and complete. */
    public boolean idle() {
        return sessions.isEmpty() && underWay == 0;
    }

    /** What is still to be uploaded. */
    public Backlog backlog() {
        long segments = 0;
        long bytes = 0;
        long oldestEndMs = Long.MAX_VALUE;
        long unlistedMs = 0;
        for (SessionUpload upload : sessions) {
            List<SpooledSegment> all = upload.session().segments();
            int settled = upload.settledCount();
            for (SpooledSegment segment : all.subList(settled, all.size())) {
                if (!segment.settled()) {
                    segments++;
                    bytes += segment.bytes();
                    oldestEndMs = Math.min(oldestEndMs, segment.name().endEpochMs());
                }
            }
            for (SpooledSegment segment : all.subList(upload.checkpointCount(), settled)) {
                unlistedMs += segment.name().durationMs();
            }
        }
        return new Backlog(segments, bytes, oldestEndMs, unlistedMs);
    }

    /** Attempts after a failure, since the start. */
    public long retries() {
        return retries;
    }

    /** Why the last job failed; empty after a success. */
    public Optional<StoreException> lastError() {
        return Optional.ofNullable(lastError);
    }

    /**
     * What is still to be uploaded.
     *
     * @param segments segments not in the store
     * @param bytes their bytes
     * @param oldestEndMs wall clock of the end of the oldest of them; {@link Long#MAX_VALUE} when there is none
     * @param unlistedMs media in the store that its playlists do not list yet
     */
    public record Backlog(long segments, long bytes, long oldestEndMs, long unlistedMs) {}
}
