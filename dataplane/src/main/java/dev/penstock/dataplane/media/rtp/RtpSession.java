package dev.penstock.dataplane.media.rtp;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/**
 * The tracks of one RTP session and their common clock: until sender reports have come for two tracks, they are laid beside each
 * other as the sender said that they begin, or else as they arrive; then by the sender's wall clock, the audio moved to the video. Reports that put them further apart than 5 s
 * are taken for a lie. Goes out only once each track has a configuration, and from the first key of video on. One
 * owner.
 */
public final class RtpSession {
    /** Longest correction, ticks of 90 kHz: 5 s. */
    static final long MAX_SHIFT = 450_000;

    /** Where tracks begin is told to the tick; less than 1 ms is nothing. */
    private static final long MIN_START_SHIFT = 90;
    /** Smaller differences are noise of the sender: 10 ms. */
    private static final long MIN_SHIFT = 900;
    /** The first packet's time, so that decoding times before it are no less than 0. */
    private static final long FIRST_TICKS = 90_000;
    private static final int HZ_90K = 90_000;
    private static final int SENDER_REPORT = 200;
    private static final int BYE = 203;
    private static final int SENDER_REPORT_BYTES = 28;

    private final ByteBufAllocator allocator;
    private final RtpLimits limits;
    private final boolean reorder;
    private final Output out;
    private final List<RtpTrack> tracks = new ArrayList<>();
    private boolean clockStarted;
    private long startNanos;
    private final Gate gate = new Gate();

    /** Hears what the session brings. */
    public interface Output {
        /** The tracks that the samples behind it belong to. */
        void tracks(List<Track> tracks);

        /** An access unit; ownership of its data passes to this call. */
        void sample(Sample sample);

        /** The sender says that it leaves (RFC 3550 6.6). */
        void bye();
    }

    /**
     * @param reorder packets may come in another order than they were sent: UDP
     */
    public RtpSession(ByteBufAllocator allocator, RtpLimits limits, boolean reorder, Output out) {
        this.allocator = allocator;
        this.limits = limits;
        this.reorder = reorder;
        this.out = out;
    }

    /**
     * Adds a track; video before audio.
     *
     * @param id of the samples
     * @throws IllegalArgumentException when the format is not served, or is G.711, see {@link #addRecoded}
     */
    public RtpTrack add(int id, RtpFormat format) {
        Codec codec = format.codec().filter(served -> !format.isG711())
                .orElseThrow(() -> new IllegalArgumentException(format.encoding() + " is not served"));
        return add(id, format, codec, null);
    }

    /**
     * Adds a track of G.711, which is coded anew.
     *
     * @param id of the samples
     * @param config AudioSpecificConfig of what comes back
     * @param recoder gets the units
     */
    public RtpTrack addRecoded(int id, RtpFormat format, byte[] config, Recoder recoder) {
        RtpTrack track = add(id, format, Codec.AAC, recoder);
        track.samples().config(config, 0);
        return track;
    }

    private RtpTrack add(int id, RtpFormat format, Codec codec, @Nullable Recoder recoder) {
        TrackClock clock = new TrackClock(format.clockRate());
        SampleMaker samples = new SampleMaker(id, codec, clock, gate, recoder);
        RtpTrack track = new RtpTrack(format, clock, samples,
                Depacketizers.of(format, samples, allocator, limits.maxUnitBytes()), this,
                reorder ? new ReorderQueue(limits.reorderPackets()) : null, limits.reorderNanos());
        tracks.add(track);
        return track;
    }

    /** The tracks added. */
    public List<RtpTrack> all() {
        return List.copyOf(tracks);
    }

    /**
     * An RTCP packet of a track's sender (RFC 3550 6.1), compound or not; damaged parts are left out.
     *
     * @param buf read from {@code at} to {@code end}; neither kept nor changed
     */
    public void control(RtpTrack track, ByteBuf buf, int at, int end) {
        int packet = at;
        while (packet + 4 <= end && (buf.getByte(packet) & 0xC0) == 0x80) {
            int next = packet + 4 + 4 * buf.getUnsignedShort(packet + 2);
            int type = buf.getUnsignedByte(packet + 1);
            if (type == SENDER_REPORT && packet + SENDER_REPORT_BYTES <= end) {
                long seconds = buf.getUnsignedInt(packet + 8);
                long fraction = buf.getUnsignedInt(packet + 12);
                if (seconds != 0) {
                    track.clock().report(seconds * HZ_90K + ((fraction * HZ_90K) >> 32), buf.getInt(packet + 16));
                    align();
                }
            } else if (type == BYE && packet + 8 <= end && buf.getInt(packet + 4) == track.source()) {
                out.bye();
                return;
            }
            packet = next;
        }
    }

    /**
     * The sender says with which timestamp a track begins, the same moment for all tracks. One that is far from the first packet's is
     * taken for a lie.
     */
    public void begins(RtpTrack track, int timestamp) {
        track.clock().begins(timestamp);
        alignStart();
    }

    /** A track has found its place. */
    void anchored() {
        alignStart();
    }

    private void alignStart() {
        RtpTrack first = tracks.getFirst();
        for (RtpTrack track : tracks) {
            long behind = track == first ? 0 : track.clock().behindStart(first.clock());
            if (Math.abs(behind) > MIN_START_SHIFT && Math.abs(behind) < MAX_SHIFT) {
                track.clock().shift(behind);
            }
        }
    }

    /** Frees what is held. */
    public void close() {
        tracks.forEach(RtpTrack::close);
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /** The moment on the session's clock. */
    long ticksAt(long nowNanos) {
        if (!clockStarted) {
            clockStarted = true;
            startNanos = nowNanos;
        }
        return FIRST_TICKS + (nowNanos - startNanos) * 9 / 100_000;
    }

    private void align() {
        RtpTrack first = tracks.getFirst();
        for (RtpTrack track : tracks) {
            long behind = track == first ? 0 : track.clock().behind(first.clock());
            if (Math.abs(behind) > MIN_SHIFT && Math.abs(behind) < MAX_SHIFT) {
                track.clock().shift(behind);
            }
        }
    }

    /** Holds samples back until the tracks are known, and video begins with a key. */
    private final class Gate implements SampleMaker.Output {
        private boolean told;
        private boolean dirty;

        @Override
        public void changed() {
            dirty = true;
        }

        @Override
        public void sample(Sample sample, boolean startsVideo) {
            if (!told) {
                told = tracks.stream().allMatch(track -> track.samples().track().isPresent())
                        && (startsVideo || tracks.stream().noneMatch(track -> track.samples().isVideo()));
            }
            if (!told) {
                sample.data().release();
                return;
            }
            if (dirty) {
                dirty = false;
                out.tracks(tracks.stream().flatMap(track -> track.samples().track().stream()).toList());
            }
            out.sample(sample);
        }
    }
}
