package dev.penstock.dataplane.media.rtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The packets of one track: checks them, puts them in order, finds losses and gives them to a depacketizer. One owner.
 */
public final class RtpTrack {
    /** Sequence numbers so far behind are a source that started again. */
    private static final int MAX_LATE = 3000;

    private final RtpFormat format;
    private final TrackClock clock;
    private final SampleMaker samples;
    private final Depacketizer depacketizer;
    private final RtpSession session;
    private final @Nullable ReorderQueue queue;
    private final long reorderNanos;
    private final ByteBufAllocator allocator;
    private int type;
    private boolean typeSeen;
    private int source;
    private boolean started;
    private int expected;
    private long packets;
    private long lost;
    private long invalid;

    RtpTrack(RtpFormat format, TrackClock clock, SampleMaker samples, Depacketizer depacketizer, RtpSession session,
            @Nullable ReorderQueue queue, long reorderNanos) {
        this.format = format;
        this.clock = clock;
        this.samples = samples;
        this.depacketizer = depacketizer;
        this.session = session;
        this.queue = queue;
        this.reorderNanos = reorderNanos;
        this.allocator = session.allocator();
        this.type = format.payloadType();
    }

    /** What was told of the track. */
    public RtpFormat format() {
        return format;
    }

    /** Packets received that were read. */
    public long packets() {
        return packets;
    }

    /** Packets that did not come, or came too late. */
    public long lost() {
        return lost;
    }

    /** Packets that were none, or of another payload type. */
    public long invalid() {
        return invalid;
    }

    /** Access units that were dropped. */
    public long droppedUnits() {
        return samples.droppedUnits();
    }

    /** SSRC of the sender; 0 before the first packet. */
    public int source() {
        return source;
    }

    /** The sequence number received last, 16 bits. */
    public int lastSequence() {
        return expected - 1 & 0xFFFF;
    }

    /**
     * An RTP packet.
     *
     * @param buf read from {@code at} to {@code end}; neither kept nor changed
     * @param nowNanos when it came, ns of any clock
     */
    public void packet(ByteBuf buf, int at, int end, long nowNanos) {
        int payload = RtpPacket.payload(buf, at, end);
        if (payload < 0 || RtpPacket.payloadEnd(buf, at, end) < payload || !accepts(RtpPacket.type(buf, at))) {
            invalid++;
            return;
        }
        int sequence = RtpPacket.sequence(buf, at);
        if (!started || RtpPacket.source(buf, at) != source) {
            restart(RtpPacket.source(buf, at), sequence);
        }
        int ahead = (short) (sequence - expected);
        if (ahead == 0) {
            take(buf, at, end, nowNanos);
            drain(nowNanos);
        } else if (ahead < -MAX_LATE) {
            restart(source, sequence);
            take(buf, at, end, nowNanos);
        } else if (ahead > 0) {
            early(buf, at, end, sequence, ahead, nowNanos);
        }
    }

    /**
     * What a recoder has made of the track's units.
     *
     * @param pts ticks of 90 kHz on the session's clock
     * @param data ownership passes to this call
     */
    public void recoded(long pts, ByteBuf data) {
        samples.audio(pts, data);
    }

    private boolean accepts(int packetType) {
        if (packetType == type) {
            typeSeen = true;
            return true;
        }
        // Some cameras send another number than their SDP says; the first one is believed, unless it is that of RTCP (RFC 5761 4).
        if (!typeSeen && (packetType < 72 || packetType > 76)) {
            type = packetType;
            typeSeen = true;
            return true;
        }
        return false;
    }

    private void restart(int newSource, int sequence) {
        if (queue != null) {
            queue.clear();
        }
        if (started) {
            depacketizer.lost();
            clock.restart();
            samples.restart();
        }
        started = true;
        source = newSource;
        expected = sequence;
    }

    /** A packet before which others are missing. */
    private void early(ByteBuf buf, int at, int end, int sequence, int ahead, long nowNanos) {
        ReorderQueue waiting = queue;
        if (waiting == null) {
            skipTo(sequence);
            take(buf, at, end, nowNanos);
            return;
        }
        if (ahead >= waiting.size()) {
            giveUp(nowNanos, sequence - waiting.size() + 1);
            if ((short) (sequence - expected) >= waiting.size()) {
                skipTo(sequence - waiting.size() + 1 & 0xFFFF);
            }
        }
        waiting.put(sequence, buf, at, end, nowNanos, allocator);
        drain(nowNanos);
    }

    /** Hands on what is in order now; a packet that is missing for too long is given up. */
    private void drain(long nowNanos) {
        ReorderQueue waiting = queue;
        if (waiting == null) {
            return;
        }
        while (waiting.count() > 0) {
            ByteBuf next = waiting.take(expected);
            if (next == null) {
                int present = firstPresent(waiting);
                if (nowNanos - waiting.arrived(present) < reorderNanos) {
                    return;
                }
                skipTo(present);
                continue;
            }
            try {
                take(next, next.readerIndex(), next.writerIndex(), nowNanos);
            } finally {
                next.release();
            }
        }
    }

    private int firstPresent(ReorderQueue waiting) {
        int sequence = expected;
        while (!waiting.has(sequence)) {
            sequence = sequence + 1 & 0xFFFF;
        }
        return sequence;
    }

    /** Hands on what waits below a sequence number, losses left out. */
    private void giveUp(long nowNanos, int below) {
        ReorderQueue waiting = queue;
        while (waiting != null && waiting.count() > 0 && (short) (below - expected) > 0) {
            int present = firstPresent(waiting);
            if ((short) (below - present) <= 0) {
                return;
            }
            if (present != expected) {
                skipTo(present);
            }
            ByteBuf next = waiting.take(present);
            if (next != null) {
                take(next, next.readerIndex(), next.writerIndex(), nowNanos);
                next.release();
            }
        }
    }

    private void skipTo(int sequence) {
        lost += sequence - expected & 0xFFFF;
        expected = sequence & 0xFFFF;
        depacketizer.lost();
    }

    private void take(ByteBuf buf, int at, int end, long nowNanos) {
        expected = RtpPacket.sequence(buf, at) + 1 & 0xFFFF;
        packets++;
        long time = clock.unwrap(RtpPacket.timestamp(buf, at));
        if (!clock.isAnchored()) {
            samples.restart();
            clock.anchor(time, session.ticksAt(nowNanos));
            session.anchored();
        }
        depacketizer.payload(buf, RtpPacket.payload(buf, at, end), RtpPacket.payloadEnd(buf, at, end), time,
                RtpPacket.marker(buf, at));
    }

    TrackClock clock() {
        return clock;
    }

    SampleMaker samples() {
        return samples;
    }

    void close() {
        depacketizer.close();
        if (queue != null) {
            queue.clear();
        }
    }
}
