package dev.penstock.dataplane.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A segment that a window keeps, and its bytes. Immutable; the next state of a segment shares what is there with the one before and
 * takes its place, so bytes are let go of once, by the last.
 *
 * @param info what is listed
 * @param parts bytes of its parts
 * @param whole bytes of the segment; null while it is not complete, and of a gap
 */
record StoredSegment(CmafSegment info, List<StoredBytes> parts, @Nullable StoredBytes whole) {
    /**
     * With what came.
     *
     * @param before the segment so far; null for the first of it
     * @param part ownership passes to this call
     */
    static StoredSegment of(@Nullable StoredSegment before, CmafSegment now, @Nullable ByteBuf part) {
        List<StoredBytes> parts = new ArrayList<>();
        if (before != null) {
            parts.addAll(before.parts());
        }
        if (part != null) {
            parts.add(new StoredBytes(part));
        }
        StoredBytes whole = now.complete() && !parts.isEmpty() ? join(parts) : null;
        return new StoredSegment(now, List.copyOf(parts), whole);
    }

    private static StoredBytes join(List<StoredBytes> parts) {
        if (parts.size() == 1) {
            return parts.getFirst().retain();
        }
        List<ByteBuf> all = parts.stream().map(StoredBytes::acquire).flatMap(Optional::stream).toList();
        return new StoredBytes(new CompositeByteBuf(ByteBufAllocator.DEFAULT, true, parts.size(), all));
    }

    /** Lets go of the bytes; once. */
    void release() {
        parts.forEach(StoredBytes::release);
        if (whole != null) {
            whole.release();
        }
    }
}
