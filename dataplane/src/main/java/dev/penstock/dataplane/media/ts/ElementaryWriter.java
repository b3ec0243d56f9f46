package dev.penstock.dataplane.media.ts;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;

/**
 * Writes the access units of one track as PES packets. AAC frames that follow each other share one until {@link #flush}. One
 * owner: the muxer's thread.
 */
final class ElementaryWriter {
    /** Longest time that AAC frames of one PES packet span, ticks. */
    private static final long PACK_TICKS = 9000;
    private static final int PACK_BYTES = 2800;
    /** Frames further from their place than this are after a loss, and start a PES packet. */
    private static final long PACK_SLIP = 900;
    /** PES packets of audio have a length of 16 bits. */
    private static final int MAX_AUDIO = 65_000;
    private static final int MAX_ADTS = 8184;

    private final TsTracks.Carried track;
    private final PesPackets packets;
    private final ByteBuf head = Unpooled.buffer(64);
    private final @Nullable VideoUnits video;
    private final @Nullable AudioSpecificConfig aac;
    private final ByteBuf packed;
    private long lastDts = Long.MIN_VALUE;
    private long packedDts;
    private int packedFrames;

    /**
     * @param packets of the track's PID; goes on with its continuity counter
     * @param lastDts last decoding time written on that PID, or {@link Long#MIN_VALUE}
     */
    ElementaryWriter(TsTracks.Carried track, PesPackets packets, long lastDts) {
        this.track = track;
        this.packets = packets;
        this.lastDts = lastDts;
        Codec codec = track.track().codec();
        video = codec.isVideo() ? new VideoUnits(track.track()) : null;
        aac = codec == Codec.AAC ? AudioSpecificConfig.parse(track.track().config()).orElseThrow() : null;
        packed = aac == null ? Unpooled.EMPTY_BUFFER : Unpooled.buffer(1024);
    }

    TsTracks.Carried track() {
        return track;
    }

    PesPackets packets() {
        return packets;
    }

    boolean isVideo() {
        return video != null;
    }

    long lastDts() {
        return lastDts;
    }

    /** The decoding time that an access unit gets: the one given, or the next that rises. */
    long rise(long dts) {
        lastDts = Math.max(dts, lastDts + 1);
        return lastDts;
    }

    /**
     * Brings an access unit into its form, in place.
     *
     * @return false when nothing of it goes out
     */
    boolean prepare(ByteBuf data) {
        return video == null
                ? data.isReadable() && data.readableBytes() <= (aac == null ? MAX_AUDIO : MAX_ADTS)
                : video.prepare(data);
    }

    /** Writes a prepared access unit of any codec but AAC. */
    void write(ByteBuf out, ByteBuf data, long pts, long dts, boolean randomAccess, long pcr) {
        boolean opus = track.track().codec() == Codec.OPUS;
        int size = data.readableBytes();
        long before = video != null ? video.startBytes(randomAccess) : opus ? 3 + size / 255 : 0;
        head.clear();
        PesPackets.header(head, track.streamId(), before + size, pts, dts);
        if (video != null) {
            video.writeStart(head, randomAccess);
        } else if (opus) {
            // Control header of an Opus access unit: prefix 0x3FF, no trim, size in steps of 255.
            head.writeShort(0x7FE0);
            for (int left = size; left >= 0; left -= 255) {
                head.writeByte(Math.min(left, 255));
            }
        }
        packets.write(out, randomAccess, pcr, head, data);
    }

    /** Whether frames of AAC are gathered here. */
    boolean packs() {
        return aac != null;
    }

    /** Whether frames wait, and the one of a decoding time cannot join them. */
    boolean mustFlushBefore(long dts, int bytes) {
        if (packedFrames == 0) {
            return false;
        }
        long expected = packedDts + packedFrames * (long) aac.frameSamples() * 90_000 / aac.sampleRate();
        return Math.abs(dts - expected) > PACK_SLIP || isDue(dts) || packed.readableBytes() + bytes + 7 > PACK_BYTES;
    }

    /** Whether frames have waited long enough at a decoding time. */
    boolean isDue(long dts) {
        return packedFrames > 0 && dts - packedDts >= PACK_TICKS;
    }

    /** Adds a prepared frame of AAC. */
    void pack(ByteBuf data, long dts) {
        if (packedFrames++ == 0) {
            packedDts = dts;
        }
        aac.writeAdts(packed, data.readableBytes());
        packed.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    boolean hasPacked() {
        return packedFrames > 0;
    }

    /** Decoding time of the first frame that waits. */
    long packedDts() {
        return packedDts;
    }

    /** Writes the frames that wait. */
    void flush(ByteBuf out, boolean randomAccess, long pcr) {
        head.clear();
        PesPackets.header(head, track.streamId(), packed.readableBytes(), packedDts, packedDts);
        packets.write(out, randomAccess, pcr, head, packed);
        packed.clear();
        packedFrames = 0;
    }
}
