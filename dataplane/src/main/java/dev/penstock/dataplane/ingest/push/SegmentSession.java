package dev.penstock.dataplane.ingest.push;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Puts the segments of one publisher in their order. A segment that was there is ignored; one that comes before its predecessor waits
 * for it, but not for long; a gap is a discontinuity, and so is a publisher that counts from the start again. Owned by the stream's event
 * loop.
 */
final class SegmentSession {
    /** Numbers that are remembered, to know a repeat. */
    private static final int REMEMBERED = 64;
    private static final int SKIPPED = -1;

    private final Publication publication;
    private final HttpPushLimits limits;
    private final LongConsumer freed;
    private final CounterMender mender = new CounterMender();
    private final NavigableMap<Long, ByteBuf> held = new TreeMap<>();
    /** CRC-32 of what came under a number; {@link #SKIPPED} for what never came. */
    private final Map<Long, Long> recent = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > REMEMBERED;
        }
    };
    private @Nullable Future<?> patience;
    private long next = -1;
    private boolean closed;

    /** What became of a segment. */
    enum Outcome {
        /** It plays. */
        TAKEN("taken"),
        /** It waits for an earlier one. */
        HELD("waits for an earlier segment"),
        /** It was there already. */
        REPEATED("was here already; ignored"),
        /** Later ones have been played. */
        LATE("comes too late; ignored"),
        /** Nothing is taken any more. */
        CLOSED("publishing has ended");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        /** For people. */
        String words() {
            return words;
        }
    }

    /** @param freed hears how many bytes are not kept any more */
    SegmentSession(Publication publication, HttpPushLimits limits, LongConsumer freed) {
        this.publication = publication;
        this.limits = limits;
        this.freed = freed;
    }

    /**
     * Takes a segment.
     *
     * @param body the whole of it; ownership passes to this call
     * @param crc CRC-32 of it
     */
    Outcome add(long sequence, ByteBuf body, long crc) {
        Long known = recent.get(sequence);
        Outcome outcome;
        if (closed) {
            outcome = Outcome.CLOSED;
        } else if (known != null && known == SKIPPED) {
            outcome = Outcome.LATE;
        } else if ((known != null && known == crc) || held.containsKey(sequence)) {
            outcome = Outcome.REPEATED;
        } else {
            return accept(sequence, body, crc);
        }
        release(body);
        return outcome;
    }

    private Outcome accept(long sequence, ByteBuf body, long crc) {
        recent.put(sequence, crc);
        if (next >= 0 && sequence > next) {
            held.put(sequence, body);
            if (held.size() > limits.heldSegments()) {
                skip();
                return Outcome.TAKEN;
            }
            if (patience == null) {
                patience = publication.loop().schedule(this::skip, limits.holdTime().toMillis(),
                        TimeUnit.MILLISECONDS);
            }
            return Outcome.HELD;
        }
        if (next >= 0 && sequence < next) {
            // Another one under an old number: the publisher has begun again.
            releaseHeld();
            recent.clear();
            recent.put(sequence, crc);
            publication.discontinuity();
        }
        play(sequence, body);
        return Outcome.TAKEN;
    }

    /** What is missing is not waited for any longer. */
    private void skip() {
        patience = null;
        if (!held.isEmpty() && !closed) {
            long first = held.firstKey();
            for (long missing = Math.max(next, first - REMEMBERED / 2); missing < first; missing++) {
                recent.put(missing, (long) SKIPPED);
            }
            publication.discontinuity();
            play(first, held.remove(first));
        }
    }

    private void play(long sequence, ByteBuf body) {
        next = sequence + 1;
        give(body);
        while (!closed && !held.isEmpty() && held.firstKey() == next) {
            next++;
            give(held.pollFirstEntry().getValue());
        }
        if (held.isEmpty() && patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    private void give(ByteBuf body) {
        freed.accept(body.readableBytes());
        mender.mend(body);
        publication.packets(body);
    }

    /** Ends; what waits is dropped. */
    void close(String reason) {
        closed = true;
        releaseHeld();
        publication.close(reason);
    }

    private void releaseHeld() {
        held.values().forEach(this::release);
        held.clear();
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    private void release(ByteBuf body) {
        freed.accept(body.readableBytes());
        body.release();
    }
}
