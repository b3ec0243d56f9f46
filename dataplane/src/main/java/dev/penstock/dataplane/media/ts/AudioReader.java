package dev.penstock.dataplane.media.ts;

import java.util.Arrays;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.time.TsTime;

/**
 * Frames of audio: several in a PES packet get times of their own, exact by the sample rate; one that is cut over PES packets is
 * joined. The time of a PES packet is that of the first frame that begins in it (ISO/IEC 13818-1 2.4.3.7). Another configuration
 * counts from its second frame on: a single one is damage. Holds at most one frame. One owner.
 */
final class AudioReader implements EsReader {
    private static final int MAX_FRAME = 64 * 1024;

    private final AudioFraming framing;
    private final EsClock clock;
    private final ByteBufAllocator allocator;
    private final Target target;
    private @Nullable ByteBuf rest;
    private byte @Nullable [] config;
    private byte @Nullable [] other;
    private long base = EsClock.ANY;
    private long samples;
    private int rate = 1;
    private long last = Long.MIN_VALUE;

    AudioReader(AudioFraming framing, EsClock clock, ByteBufAllocator allocator, Target target) {
        this.framing = framing;
        this.clock = clock;
        this.allocator = allocator;
        this.target = target;
    }

    @Override
    public void pes(ByteBuf bytes, int from, int end, PesStart start) {
        ByteBuf held = rest;
        rest = null;
        if (held == null) {
            frames(bytes, from, end, from, start.pts());
            return;
        }
        try {
            int boundary = held.writerIndex();
            held.writeBytes(bytes, from, end - from);
            frames(held, held.readerIndex(), held.writerIndex(), boundary, start.pts());
        } finally {
            held.release();
        }
    }

    /** Reads frames; the first that begins at or behind the boundary has the time given. */
    private void frames(ByteBuf bytes, int from, int end, int boundary, long pts) {
        boolean timed = pts < 0;
        boolean inStep = true;
        int at = from;
        while (end - at >= framing.headerBytes()) {
            Optional<AudioFraming.Frame> found = framing.at(bytes, at, end);
            if (found.isEmpty()) {
                if (inStep) {
                    target.dropped();
                }
                inStep = false;
                at++;
                continue;
            }
            inStep = true;
            AudioFraming.Frame frame = found.get();
            if (frame.bytes() > end - at) {
                break;
            }
            if (!timed && at >= boundary) {
                timed = true;
                begin(clock.at(pts, next()));
            }
            frame(bytes, at, frame);
            at += frame.bytes();
        }
        if (!timed && end - at > 0 && at >= boundary) {
            // The frame that begins here ends in the next PES packet, but has the time of this one.
            begin(clock.at(pts, next()));
        }
        keep(bytes, at, end);
    }

    private void keep(ByteBuf bytes, int at, int end) {
        if (end - at > MAX_FRAME) {
            target.dropped();
        } else if (end > at) {
            rest = allocator.buffer(end - at).writeBytes(bytes, at, end - at);
        }
    }

    private long next() {
        return base == EsClock.ANY ? EsClock.ANY : base + samples * TsTime.HZ_90K / rate;
    }

    private void begin(long time) {
        base = time;
        samples = 0;
    }

    private void frame(ByteBuf bytes, int at, AudioFraming.Frame frame) {
        byte[] told = frame.config();
        if (base == EsClock.ANY || told == null || !accepts(told)) {
            target.dropped();
            return;
        }
        long time = Math.max(next(), last);
        last = time;
        if (frame.rate() != rate) {
            begin(time);
            rate = frame.rate();
        }
        samples += frame.samples();
        target.unit(time, time, true, framing.unit(bytes, at, frame, allocator));
    }

    private boolean accepts(byte[] found) {
        if (!Arrays.equals(found, config)) {
            if (config != null && !Arrays.equals(found, other)) {
                other = found;
                return false;
            }
            config = found;
            target.config(found);
        }
        other = null;
        return true;
    }

    @Override
    public boolean takesCut() {
        return true;
    }

    @Override
    public void lost() {
        if (rest != null) {
            target.dropped();
            close();
        }
    }

    @Override
    public void reset() {
        close();
        base = EsClock.ANY;
        last = Long.MIN_VALUE;
        config = null;
        other = null;
        clock.reset();
    }

    @Override
    public void close() {
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }
}
