package dev.penstock.dataplane.media.ts;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.NalUnits;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h265.HevcConfig;

/**
 * Brings access units of H.264 and H.265 into the form of a transport stream (ISO/IEC 13818-1 2.14, 2.17): start codes, an access
 * unit delimiter first, parameter sets before each key access unit. One owner.
 */
final class VideoUnits {
    private static final byte[] AVC_DELIMITER = {0, 0, 0, 1, 9, (byte) 0xF0};
    private static final byte[] HEVC_DELIMITER = {0, 0, 0, 1, 0x46, 1, 0x50};

    private static final int DELIMITER = 1;
    private static final int VPS = 2;
    private static final int SPS = 4;
    private static final int PPS = 8;

    private final boolean hevc;
    private final byte[] sets;
    private boolean setsInBand;

    VideoUnits(Track track) {
        hevc = track.codec() == Codec.H265;
        sets = hevc
                ? HevcConfig.parse(track.config())
                        .map(c -> annexB(Stream.of(c.vps(), c.sps(), c.pps()).flatMap(List::stream).toList()))
                        .orElse(new byte[0])
                : AvcConfig.parse(track.config())
                        .map(c -> annexB(Stream.of(c.sps(), c.pps()).flatMap(List::stream).toList()))
                        .orElse(new byte[0]);
    }

    /**
     * Replaces lengths by start codes, in place, and moves the reader index behind a delimiter of the source's own.
     *
     * @param data NAL units behind lengths; what is behind a wrong length is cut off
     * @return whether something is left
     */
    boolean prepare(ByteBuf data) {
        int end = data.writerIndex();
        int at = data.readerIndex();
        int types = 0;
        int length;
        boolean first = true;
        for (; (length = NalUnits.length(data, at, end)) >= 0; at += NalUnits.PREFIX + length) {
            data.setInt(at, 1);
            int kind = length == 0 ? 0 : kind(data.getByte(at + NalUnits.PREFIX));
            if (first && (length == 0 || kind == DELIMITER)) {
                data.readerIndex(at + NalUnits.PREFIX + length);
            } else {
                first = false;
            }
            types |= kind;
        }
        data.writerIndex(at);
        int wanted = SPS | PPS | (hevc ? VPS : 0);
        setsInBand = (types & wanted) == wanted;
        return data.isReadable();
    }

    /** Bytes that {@link #writeStart} writes before the access unit prepared last. */
    int startBytes(boolean key) {
        return (hevc ? HEVC_DELIMITER : AVC_DELIMITER).length + (key && !setsInBand ? sets.length : 0);
    }

    /** Writes what stands before the access unit prepared last. */
    void writeStart(ByteBuf out, boolean key) {
        out.writeBytes(hevc ? HEVC_DELIMITER : AVC_DELIMITER);
        if (key && !setsInBand) {
            out.writeBytes(sets);
        }
    }

    private int kind(int firstByte) {
        return switch (hevc ? 100 + (firstByte >> 1 & 0x3F) : firstByte & 0x1F) {
            case 9, 135 -> DELIMITER;
            case 132 -> VPS;
            case 7, 133 -> SPS;
            case 8, 134 -> PPS;
            default -> 0;
        };
    }

    private static byte[] annexB(List<byte[]> units) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] unit : units) {
            out.writeBytes(new byte[]{0, 0, 0, 1});
            out.writeBytes(unit);
        }
        return out.toByteArray();
    }
}
