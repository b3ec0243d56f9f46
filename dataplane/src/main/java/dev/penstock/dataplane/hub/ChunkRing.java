package dev.penstock.dataplane.hub;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The newest chunks of a stream, found by sequence, bounded by duration and bytes. The last GOP stays even when it is
 * longer than the duration, unless it breaks the bound on bytes. Holds one reference to each chunk. One thread.
 */
public final class ChunkRing {
    private final long maxMs;
    private final long maxBytes;
    private Chunk[] slots = new @Nullable Chunk[64];
    private long first;
    private long next;
    private long newestKey = -1;
    private long bytes;

    /** Takes the bounds of a hub. */
    public ChunkRing(HubConfig config) {
        this.maxMs = config.ringDuration().toMillis();
        this.maxBytes = config.ringBytes();
    }

    /**
     * Adds the chunk that follows the newest; the first may have any sequence.
     *
     * @param chunk the ring retains it, and releases it when it leaves
     */
    public void add(Chunk chunk) {
        if (isEmpty()) {
            first = chunk.sequence();
            next = first;
        } else if (chunk.sequence() != next) {
            throw new IllegalArgumentException("chunk sequence: " + chunk.sequence() + " (expected: " + next + ")");
        }
        if (next - first == slots.length) {
            grow();
        }
        slots[slot(next)] = chunk.retain();
        next++;
        bytes += chunk.bytes();
        if (chunk.key()) {
            newestKey = chunk.sequence();
        }
        evict(chunk.wallMs());
    }

    /** The chunk with a sequence, or null when it has left or is not there yet. */
    public @Nullable Chunk get(long sequence) {
        return sequence >= first && sequence < next ? slots[slot(sequence)] : null;
    }

    /** Sequence of the oldest chunk. */
    public long first() {
        return first;
    }

    /** Sequence after the newest chunk. */
    public long next() {
        return next;
    }

    /** Sequence of the newest key chunk, or -1 when the ring holds none. */
    public long newestKey() {
        return newestKey >= first ? newestKey : -1;
    }

    /** Sequence of the oldest key chunk; {@link #next} when the ring holds none. */
    public long oldestKey() {
        long sequence = first;
        while (sequence < next && !slots[slot(sequence)].key()) {
            sequence++;
        }
        return sequence;
    }

    /** Whether the ring holds no chunk. */
    public boolean isEmpty() {
        return first == next;
    }

    /** Bytes held. */
    public long bytes() {
        return bytes;
    }

    /** Releases all chunks. */
    public void clear() {
        while (!isEmpty()) {
            removeFirst();
        }
        newestKey = -1;
    }

    private void evict(long nowMs) {
        while (next - first > 1) {
            boolean old = nowMs - slots[slot(first + 1)].wallMs() >= maxMs && first + 1 <= newestKey;
            if (!old && bytes <= maxBytes) {
                return;
            }
            removeFirst();
        }
    }

    private void removeFirst() {
        int slot = slot(first);
        Chunk chunk = slots[slot];
        slots[slot] = null;
        first++;
        bytes -= chunk.bytes();
        chunk.release();
    }

    private void grow() {
        Chunk[] old = slots;
        int mask = old.length - 1;
        slots = Arrays.copyOf(old, old.length * 2);
        Arrays.fill(slots, null);
        for (long sequence = first; sequence < next; sequence++) {
            slots[slot(sequence)] = old[(int) (sequence & mask)];
        }
    }

    private int slot(long sequence) {
        return (int) (sequence & (slots.length - 1));
    }
}
