package dev.penstock.dataplane.record;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.store.StoreException;
import dev.penstock.dataplane.store.layout.SegmentName;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Looks into the store a few times after a session was taken over from another pod: that pod uploads what it still has, which
 * was not there when the session was taken over. Used by the recorder's thread; it asks on the workers.
 */
final class LateLooks {
    private static final Logger LOG = LoggerFactory.getLogger(LateLooks.class);
    private static final List<Duration> AFTER = List.of(Duration.ofSeconds(2), Duration.ofSeconds(5),
            Duration.ofSeconds(15), Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(30));
    /** Uploads run side by side, so the newest that was there is not the first that was not. */
    private static final int BACK = 256;

    private final RecorderConfig config;
    private final Executor workers;
    private final Consumer<Message> results;
    private @Nullable SpoolSession session;
    private String from = "";
    private long sinceNanos;
    private int next;

    LateLooks(RecorderConfig config, Executor workers, Consumer<Message> results) {
        this.config = config;
        this.workers = workers;
        this.results = results;
    }

    /** A session was taken over. */
    void begin(SpoolSession adopted, long nowNanos) {
        session = adopted;
        sinceNanos = nowNanos;
        long last = adopted.last().map(SegmentName::sequence).orElse(0L);
        from = SegmentName.startOf(Math.max(0, last - BACK));
    }

    /** Looks if it is time to; not any more once the session has ended. */
    void tick(long nowNanos) {
        SpoolSession adopted = session;
        if (adopted == null || next >= AFTER.size() || adopted.ended()) {
            session = null;
            return;
        }
        if (nowNanos - sinceNanos < AFTER.get(next).toNanos()) {
            return;
        }
        next++;
        try {
            workers.execute(() -> look(adopted));
        } catch (RejectedExecutionException e) {
            session = null;
        }
    }

    private void look(SpoolSession adopted) {
        try {
            results.accept(new Message.Found(adopted.path(),
                    StoredSession.list(config.store().get(), adopted.path(), from)));
        } catch (StoreException | RuntimeException e) {
            LOG.atDebug().addKeyValue(LogKeys.RECORDING, config.identity().label())
                    .addKeyValue(LogKeys.REASON, String.valueOf(e.getMessage())).log("No late look into the store");
        }
    }
}
