package dev.penstock.dataplane.media.flv;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/**
 * Makes bodies of FLV tags: H.264 and AAC as Adobe FLV 10.1 annex E.4.2 and E.4.3 say, H.265 as Enhanced RTMP v1. Pure; what is
 * returned is the caller's.
 */
public final class FlvWriter {
    /** Video codec of H.264 in metadata. */
    public static final int AVC_ID = 7;
    /** Video codec of H.265 in metadata: its FourCC as a number. */
    public static final int HEVC_ID = 0x68766331;
    /** Audio codec of AAC in metadata. */
    public static final int AAC_ID = 10;

    private static final int KEY = 1 << 4;
    private static final int INTER = 2 << 4;
    private static final int ENHANCED = 0x80;
    /** AAC, 44 kHz, 16 bit, stereo, whatever it is: the configuration says it. */
    private static final int AAC = AAC_ID << 4 | 0x0f;
    private static final int CONFIG = 0;
    private static final int FRAME = 1;
    private static final int TICKS_PER_MS = 90;
    private static final byte[] HVC1 = "hvc1".getBytes(StandardCharsets.US_ASCII);

    private FlvWriter() {}

    /** Whether a codec is carried. */
    public static boolean carries(Codec codec) {
        return codec == Codec.H264 || codec == Codec.H265 || codec == Codec.AAC;
    }

    /** A track's configuration; empty when its codec is not carried. */
    public static Optional<ByteBuf> config(Track track, ByteBufAllocator allocator) {
        if (!carries(track.codec())) {
            return Optional.empty();
        }
        ByteBuf out = header(track.codec(), true, CONFIG, 0, allocator, track.config().length);
        return Optional.of(out.writeBytes(track.config()));
    }

    /**
     * An access unit.
     *
     * @param codec one that is carried
     * @param sample its data stays the caller's
     */
    public static ByteBuf frame(Codec codec, Sample sample, ByteBufAllocator allocator) {
        ByteBuf data = sample.data();
        int offsetMs = (int) ((sample.pts() - sample.dts()) / TICKS_PER_MS);
        return header(codec, sample.key(), FRAME, offsetMs, allocator, data.readableBytes()).writeBytes(data,
                data.readerIndex(), data.readableBytes());
    }

    private static ByteBuf header(Codec codec, boolean key, int type, int offsetMs, ByteBufAllocator allocator,
            int bytes) {
        ByteBuf out = allocator.buffer(8 + bytes);
        int frame = key ? KEY : INTER;
        switch (codec) {
            case H264 -> out.writeByte(frame | AVC_ID).writeByte(type).writeMedium(offsetMs);
            case H265 -> {
                out.writeByte(ENHANCED | frame | type).writeBytes(HVC1);
                if (type == FRAME) {
                    out.writeMedium(offsetMs);
                }
            }
            case AAC -> out.writeByte(AAC).writeByte(type);
            case AV1, OPUS, MPEG_AUDIO, AC3 -> {
                out.release();
                throw new IllegalArgumentException(codec + " (expected: H264, H265 or AAC)");
            }
        }
        return out;
    }
}
