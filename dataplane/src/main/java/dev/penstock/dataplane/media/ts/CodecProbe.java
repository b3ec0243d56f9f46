package dev.penstock.dataplane.media.ts;

import java.util.Optional;
import java.util.OptionalInt;

import dev.penstock.dataplane.media.aac.AdtsHeader;
import dev.penstock.dataplane.media.h264.H264Sps;
import dev.penstock.dataplane.media.h265.H265Sps;

/** Reads codec, size and rate from the beginning of an elementary stream's access unit. Pure. */
final class CodecProbe {
    private static final double[] MPEG2_RATES = {0, 24_000 / 1001.0, 24, 25, 30_000 / 1001.0, 30, 50, 60_000 / 1001.0,
            60};

    private CodecProbe() {}

    /**
     * What the headers say.
     *
     * @param codec CODECS element
     * @param width pixels, 0 for audio
     * @param height pixels, 0 for audio
     * @param frameRate frames per second, 0 when not told
     */
    record Found(String codec, int width, int height, double frameRate) {}

    /**
     * Looks into an access unit.
     *
     * @param streamType stream_type; private data is told apart by {@code codec}
     * @param bytes beginning of the payload of a PES packet
     */
    static Optional<Found> probe(int streamType, EsCodec codec, byte[] bytes) {
        return switch (codec) {
            case H264 -> nal(bytes, 0x1F, 7, 0).flatMap(H264Sps::parse)
                    .map(sps -> new Found(sps.codec(), sps.width(), sps.height(), sps.frameRate()));
            case H265 -> nal(bytes, 0x3F, 33, 1).flatMap(H265Sps::parse)
                    .map(sps -> new Found(sps.codec(), sps.width(), sps.height(), 0));
            case MPEG2 -> mpeg2(bytes);
            case AUDIO -> audio(streamType, bytes);
            case MPEG4 -> Optional.of(new Found("mp4v.20.9", 0, 0, 0));
            case OTHER_VIDEO, OTHER -> Optional.empty();
        };
    }

    /** The first NAL unit of a type; it must end within the bytes or be at their end. */
    private static Optional<byte[]> nal(byte[] bytes, int mask, int type, int shift) {
        for (int at = startCode(bytes, 0); at >= 0; at = startCode(bytes, at)) {
            if (at < bytes.length && (bytes[at] >> shift & mask) == type) {
                int next = startCode(bytes, at);
                int end = next < 0 ? bytes.length : next - 3;
                return Optional.of(java.util.Arrays.copyOfRange(bytes, at, end));
            }
        }
        return Optional.empty();
    }

    /** Index after the next 00 00 01, or -1. */
    private static int startCode(byte[] bytes, int from) {
        for (int i = from; i + 3 < bytes.length; i++) {
            if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
                return i + 3;
            }
        }
        return -1;
    }

    private static Optional<Found> mpeg2(byte[] bytes) {
        for (int at = startCode(bytes, 0); at >= 0; at = startCode(bytes, at)) {
            if ((bytes[at] & 0xFF) == 0xB3 && at + 5 <= bytes.length) {
                int width = (bytes[at + 1] & 0xFF) << 4 | (bytes[at + 2] & 0xFF) >> 4;
                int height = (bytes[at + 2] & 0x0F) << 8 | (bytes[at + 3] & 0xFF);
                int rate = bytes[at + 4] & 0x0F;
                return Optional.of(new Found("mp4v." + mpeg2Object(bytes, at), width, height,
                        rate < MPEG2_RATES.length ? MPEG2_RATES[rate] : 0));
            }
        }
        return Optional.empty();
    }

    /** Object type of ISO/IEC 14496-1 table 5: from the profile of the sequence extension; 6A for MPEG-1. */
    private static String mpeg2Object(byte[] bytes, int from) {
        int at = startCode(bytes, from);
        if (at < 0 || at + 2 > bytes.length || (bytes[at] & 0xFF) != 0xB5) {
            return "6A";
        }
        return switch (bytes[at + 1] & 7) {
            case 5 -> "60";
            case 3 -> "62";
            case 1 -> "65";
            default -> "61";
        };
    }

    private static Optional<Found> audio(int streamType, byte[] bytes) {
        String codec = switch (streamType) {
            case 0x0F -> AdtsHeader.parse(bytes, 0).map(AdtsHeader::codec).orElse("");
            case 0x03, 0x04 -> mpegAudio(bytes);
            case 0x11, 0x1C, 0x2D, 0x2E -> "mp4a.40.2";
            case 0x81 -> "ac-3";
            case 0x84, 0x87 -> "ec-3";
            case 0x82, 0x86 -> "dtsc";
            default -> privateAudio(bytes);
        };
        return codec.isEmpty() ? Optional.empty() : Optional.of(new Found(codec, 0, 0, 0));
    }

    private static String mpegAudio(byte[] bytes) {
        OptionalInt layer = bytes.length >= 2 && (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xE0) == 0xE0
                ? OptionalInt.of(4 - (bytes[1] >> 1 & 3))
                : OptionalInt.empty();
        return layer.isPresent() && layer.getAsInt() <= 3 ? "mp4a.40." + (31 + layer.getAsInt()) : "";
    }

    /** Audio in private data: AC-3 and E-AC-3 by syncword and bsid (ETSI TS 102 366), Opus by its control header. */
    private static String privateAudio(byte[] bytes) {
        if (bytes.length < 6) {
            return "";
        }
        int sync = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
        if (sync == 0x0B77) {
            return (bytes[5] >> 3 & 0x1F) <= 10 ? "ac-3" : "ec-3";
        }
        if ((sync & 0xFFE0) == 0x7FE0) {
            return "opus";
        }
        return sync == 0x7FFE ? "dtsc" : "";
    }
}
