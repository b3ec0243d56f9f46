package dev.penstock.dataplane.placement;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Which stream a recording of another pod records, as the path does not say it. Answers of the cluster are kept for
 * {@value #FRESH_SECONDS} s, at most {@value #MOST} of them, the oldest go first; at most {@value #AT_ONCE} questions are asked
 * at once. Any thread.
 */
final class RecordingPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(RecordingPlaces.class);
    private static final int FRESH_SECONDS = 10;
    private static final int MOST = 4096;
    private static final int AT_ONCE = 16;
    private static final Map<String, String> SOON = Map.of("Retry-After", "2");

    private final RingView ring;
    private final Ticker ticker;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final LinkedHashMap<String, Known> known = new LinkedHashMap<>();

    private record Known(Optional<String> stream, long sinceNanos) {}

    RecordingPlaces(RingView ring, Ticker ticker) {
        this.ring = ring;
        this.ticker = ticker;
    }

    /**
     * Finds the stream.
     *
     * @param found hears of it, at once or on the event loop; of nothing when there is no such recording
     * @param failed hears, at once or on the event loop, why that cannot be found out
     */
    void find(String namespace, String recording, EventLoop loop, Consumer<Optional<String>> found,
            Consumer<HttpError> failed) {
        String key = namespace + "/" + recording;
        Known before = fresh(key);
        if (before != null) {
            found.accept(before.stream());
            return;
        }
        if (!free.tryAcquire()) {
            failed.accept(new HttpError(503, "recording " + key + ": too many are being looked for, try again", SOON));
            return;
        }
        Thread.ofVirtual().name("recording-place").start(() -> {
            Runnable next;
            try {
                Optional<String> stream = ring.streamOf(namespace, recording);
                keep(key, stream);
                next = () -> found.accept(stream);
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue(LogKeys.RECORDING, key)
                        .addKeyValue(LogKeys.REASON, e.getClass().getSimpleName())
                        .log("The cluster does not say whose a recording is");
                next = () -> failed.accept(
                        new HttpError(503, "recording " + key + ": the cluster does not say whose it is, try again",
                                SOON));
            } finally {
                free.release();
            }
            try {
                loop.execute(next);
            } catch (RejectedExecutionException e) {
                // The process ends: nobody is left to hear.
                return;
            }
        });
    }

    private synchronized @Nullable Known fresh(String key) {
        Known entry = known.get(key);
        boolean old = entry != null
                && ticker.nanoTime() - entry.sinceNanos() > Duration.ofSeconds(FRESH_SECONDS).toNanos();
        return old ? null : entry;
    }

    private synchronized void keep(String key, Optional<String> stream) {
        known.remove(key);
        known.put(key, new Known(stream, ticker.nanoTime()));
        Iterator<String> oldest = known.keySet().iterator();
        while (known.size() > MOST) {
            oldest.next();
            oldest.remove();
        }
    }
}
