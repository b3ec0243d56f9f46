package dev.penstock.dataplane.trickplay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;

import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Makes posters and keeps each for {@link #FRESH}: at most one at a time for each stream; who asks meanwhile waits for it. Any
 * thread; what it keeps is guarded by its lock.
 */
final class Posters {
    /** How long a poster is given out again. */
    static final Duration FRESH = Duration.ofSeconds(5);
    /** Requests that may wait at a time. */
    static final int MAX_WAITING = 1000;
    private static final int MAX_KEPT_BYTES = 32 * 1024 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Posters.class);

    private final Executor executor;
    private final LongSupplier nanos;
    private final Map<Key, Poster> kept = new LinkedHashMap<>();
    private final Map<Key, List<Consumer<Poster>>> waiting = new HashMap<>();
    private final Set<String> busy = new HashSet<>();
    private long keptBytes;
    private int waiters;

    private record Key(String stream, int width) {}

    /**
     * An answer.
     *
     * @param status 200, 404 or 503
     * @param jpeg the file, of 200
     * @param tag ETag, of 200
     * @param problem one line for a person, of others
     */
    record Poster(int status, byte[] jpeg, String tag, String problem, long madeNanos) {}

    /**
     * @param executor runs decoding; one that refuses is full
     * @param nanos time in nanoseconds from any beginning
     */
    Posters(Executor executor, LongSupplier nanos) {
        this.executor = executor;
        this.nanos = nanos;
    }

    /**
     * Asks for a poster.
     *
     * @param taker hears once, during this call or later on another thread
     */
    void ask(String stream, Keyframes keyframes, int width, Consumer<Poster> taker) {
        Key key = new Key(stream, width);
        Poster found;
        boolean begins = false;
        synchronized (this) {
            forgetOld();
            found = kept.get(key);
            if (found == null && waiters >= MAX_WAITING) {
                found = refusal(503, "too many requests wait for a poster");
            } else if (found == null) {
                waiting.computeIfAbsent(key, k -> new ArrayList<>()).add(taker);
                waiters++;
                begins = busy.add(stream);
            }
        }
        if (found != null) {
            taker.accept(found);
        } else if (begins) {
            begin(key, keyframes);
        }
    }

    private void begin(Key key, Keyframes keyframes) {
        keyframes.newest(packets -> {
            if (packets.isEmpty()) {
                done(key, keyframes, refusal(503, "has no keyframe yet"));
                return;
            }
            ByteBuf owned = packets.get();
            try {
                executor.execute(() -> done(key, keyframes, make(key, owned)));
            } catch (RejectedExecutionException e) {
                owned.release();
                done(key, keyframes, refusal(503, "too many posters are in the making"));
            }
        });
    }

    private Poster make(Key key, ByteBuf packets) {
        try {
            Picture.Result result = Picture.of(packets, key.width());
            if (result.jpeg().length == 0) {
                return refusal(result.lasting() ? 404 : 503, result.problem());
            }
            CRC32 crc = new CRC32();
            crc.update(result.jpeg());
            String tag = "\"%08x-%x\"".formatted(crc.getValue(), result.jpeg().length);
            return new Poster(200, result.jpeg(), tag, "", nanos.getAsLong());
        } catch (RuntimeException | LinkageError e) {
            LOG.atError().addKeyValue(LogKeys.STREAM, key.stream()).setCause(e).log("No poster could be made");
            return refusal(503, "no poster can be made");
        } finally {
            packets.release();
        }
    }

    private Poster refusal(int status, String problem) {
        return new Poster(status, new byte[0], "", problem, nanos.getAsLong());
    }

    private void done(Key key, Keyframes keyframes, Poster poster) {
        List<Consumer<Poster>> takers;
        Optional<Key> next;
        synchronized (this) {
            takers = waiting.remove(key);
            waiters -= takers.size();
            if (poster.status() == 200) {
                kept.put(key, poster);
                keptBytes += poster.jpeg().length;
                forgetOld();
            }
            next = waiting.keySet().stream().filter(k -> k.stream().equals(key.stream())).findFirst();
            if (next.isEmpty()) {
                busy.remove(key.stream());
            }
        }
        takers.forEach(taker -> taker.accept(poster));
        next.ifPresent(other -> begin(other, keyframes));
    }

    /** Lets go of those that are no longer fresh, and of the oldest when there are too many. */
    private void forgetOld() {
        var oldest = kept.values().iterator();
        while (oldest.hasNext()) {
            Poster poster = oldest.next();
            boolean fresh = nanos.getAsLong() - poster.madeNanos() < FRESH.toNanos();
            if (fresh && keptBytes <= MAX_KEPT_BYTES) {
                return;
            }
            keptBytes -= poster.jpeg().length;
            oldest.remove();
        }
    }
}
