package dev.penstock.dataplane.media.rtp;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.nal.ParameterSets;

/**
 * Collects NAL units into access units, each behind its length in 4 bytes. A unit ends at the marker or when the timestamp changes;
 * cameras that set the marker on every slice are found out, and then only the timestamp counts. Nothing goes out before the first
 * key with its parameter sets.
 *
 * <p>A unit of which a part was lost is dropped. Those behind it go on, because a picture that smears until the next key is better
 * than one that stands still; only when the lost one was a key itself, all up to the next key are dropped. One owner.
 */
final class NalAssembler {
    private static final int PREFIX = 4;
    private static final int FIRST_BYTES = 2048;

    private final ParameterSets sets;
    private final UnitSink out;
    private final ByteBufAllocator allocator;
    private final int maxBytes;
    private @Nullable ByteBuf unit;
    private long time;
    private boolean slices;
    private boolean damaged;
    private boolean suspect;
    private boolean waitsForKey = true;
    private int fragment = -1;
    private long markedTime = Long.MIN_VALUE;
    private boolean markersLie;

    NalAssembler(ParameterSets sets, UnitSink out, ByteBufAllocator allocator, int maxBytes) {
        this.sets = sets;
        this.out = out;
        this.allocator = allocator;
        this.maxBytes = maxBytes;
    }

    /** A packet of this time begins; a unit of another time is finished. */
    void at(long now) {
        if (unit != null && now != time) {
            finish();
        }
        time = now;
    }

    /** A whole NAL unit. */
    void nal(ByteBuf buf, int at, int end) {
        endFragment();
        if (end - at <= sets.headerBytes()) {
            return;
        }
        begin();
        append(buf, at, end);
        endFragment();
    }

    /** A NAL unit whose bytes follow. */
    void beginFragment(int headerByte) {
        endFragment();
        begin();
        if (fragment >= 0) {
            current().writeByte(headerByte);
        }
    }

    /** A NAL unit with a header of two bytes, whose bytes follow. */
    void beginFragment(int headerByte, int secondByte) {
        beginFragment(headerByte);
        if (fragment >= 0) {
            current().writeByte(secondByte);
        }
    }

    /** More of the NAL unit begun; without one the unit is damaged. */
    void append(ByteBuf buf, int at, int end) {
        if (fragment < 0) {
            current();
            damaged = true;
        } else if (current().writerIndex() + end - at > maxBytes) {
            damaged = true;
        } else {
            current().writeBytes(buf, at, end - at);
        }
    }

    /** The NAL unit begun is whole. */
    void endFragment() {
        if (fragment < 0) {
            return;
        }
        ByteBuf bytes = current();
        int at = fragment + PREFIX;
        int end = bytes.writerIndex();
        if (end - at <= sets.headerBytes() || sets.take(bytes, at, end)) {
            bytes.writerIndex(fragment);
        } else {
            bytes.setInt(fragment, end - at);
            if (sets.isSlice(bytes, at)) {
                slice((bytes.getByte(at + sets.headerBytes()) & 0x80) != 0);
            }
        }
        fragment = -1;
    }

    /** The packet had the marker. */
    void marker() {
        if (!markersLie && fragment < 0 && unit != null) {
            boolean whole = slices;
            finish();
            markedTime = whole ? time : markedTime;
        }
    }

    void lost() {
        suspect = true;
        if (unit != null) {
            damaged = true;
            if (fragment >= 0) {
                unit.writerIndex(fragment);
                fragment = -1;
            }
        }
    }

    void close() {
        if (unit != null) {
            unit.release();
            unit = null;
        }
    }

    /** The first bit of a slice is 1 when it is its picture's first (first_mb_in_slice 0, first_slice_segment_in_pic_flag). */
    private void slice(boolean first) {
        if (!slices) {
            damaged |= suspect && !first;
            markersLie |= markedTime == time && !first && !suspect;
        }
        suspect = false;
        slices = true;
    }

    private void begin() {
        ByteBuf bytes = current();
        if (bytes.writerIndex() + 2 * PREFIX > maxBytes) {
            damaged = true;
        } else {
            fragment = bytes.writerIndex();
            bytes.writeInt(0);
        }
    }

    private ByteBuf current() {
        ByteBuf bytes = unit;
        if (bytes == null) {
            bytes = allocator.buffer(FIRST_BYTES);
            unit = bytes;
            slices = false;
            damaged = false;
        }
        return bytes;
    }

    private void finish() {
        endFragment();
        ByteBuf bytes = unit;
        unit = null;
        if (bytes == null) {
            return;
        }
        try {
            deliver(bytes);
        } finally {
            bytes.release();
        }
    }

    private void deliver(ByteBuf bytes) {
        Optional<byte[]> config = sets.changed();
        config.ifPresent(now -> out.config(now, sets.reorder()));
        boolean key = bytes.isReadable() && sets.isKey(bytes);
        if (damaged) {
            waitsForKey |= key;
            out.dropped();
        } else if (slices && sets.isComplete() && (key || !waitsForKey)) {
            waitsForKey = false;
            // As large as the unit: what is kept for long must not hold more.
            out.unit(time, key, allocator.buffer(bytes.readableBytes()).writeBytes(bytes));
        }
    }
}
