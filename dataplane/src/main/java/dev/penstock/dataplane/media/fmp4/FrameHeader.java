package dev.penstock.dataplane.media.fmp4;

import java.util.Optional;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.Codec;

/**
 * What the header of an audio frame says, of codings that have no other configuration.
 *
 * @param codecs RFC 6381
 * @param config content of the sample entry's configuration box: of dac3 for AC-3, one byte for MPEG audio, which is its
 *     objectTypeIndication (ISO/IEC 14496-1 7.2.6.6)
 * @param sampleRate samples per second
 * @param channels output channels, with that of low frequencies
 * @param samples samples of a frame
 */
record FrameHeader(String codecs, byte[] config, int sampleRate, int channels, int samples) {
    private static final int[] AC3_RATES = {48_000, 44_100, 32_000};
    private static final int[] AC3_CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};
    private static final int AC3_SAMPLES = 1536;
    private static final int AC3_MOST_BSID = 10;
    private static final int[] MPEG_RATES = {44_100, 48_000, 32_000};

    /** @return empty when there is no such header */
    static Optional<FrameHeader> of(Codec codec, ByteBuf frame) {
        return codec == Codec.AC3 ? ac3(frame) : mpeg(frame);
    }

    /** ETSI TS 102 366 5.3, annex F.4. */
    private static Optional<FrameHeader> ac3(ByteBuf frame) {
        int at = frame.readerIndex();
        if (frame.readableBytes() < 8 || frame.getUnsignedShort(at) != 0x0B77) {
            return Optional.empty();
        }
        int rate = frame.getUnsignedByte(at + 4) >> 6;
        int size = frame.getUnsignedByte(at + 4) & 0x3F;
        int bsid = frame.getUnsignedByte(at + 5) >> 3;
        int bsmod = frame.getUnsignedByte(at + 5) & 7;
        int mode = frame.getUnsignedShort(at + 6);
        int acmod = mode >> 13;
        if (rate > 2 || size > 37 || bsid > AC3_MOST_BSID) {
            return Optional.empty();
        }
        int skip = 3 + ((acmod & 1) != 0 && acmod != 1 ? 2 : 0) + ((acmod & 4) != 0 ? 2 : 0) + (acmod == 2 ? 2 : 0);
        int lfe = mode >> (15 - skip) & 1;
        int bits = rate << 22 | bsid << 17 | bsmod << 14 | acmod << 11 | lfe << 10 | (size >> 1) << 5;
        byte[] config = {(byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
        return Optional.of(new FrameHeader("ac-3", config, AC3_RATES[rate], AC3_CHANNELS[acmod] + lfe, AC3_SAMPLES));
    }

    /** ISO/IEC 11172-3 2.4.1.3, 13818-3 2.4.1.3. */
    private static Optional<FrameHeader> mpeg(ByteBuf frame) {
        if (frame.readableBytes() < 4) {
            return Optional.empty();
        }
        int header = frame.getInt(frame.readerIndex());
        int version = header >> 19 & 3;
        int layer = 4 - (header >> 17 & 3);
        int rate = header >> 10 & 3;
        if (header >>> 21 != 0x7FF || version == 1 || layer == 4 || rate == 3) {
            return Optional.empty();
        }
        boolean first = version == 3;
        int hz = MPEG_RATES[rate] >> (first ? 0 : version == 2 ? 1 : 2);
        int samples = layer == 1 ? 384 : layer == 3 && !first ? 576 : 1152;
        int channels = (header >> 6 & 3) == 3 ? 1 : 2;
        return Optional.of(new FrameHeader("mp4a.40." + (31 + layer), new byte[]{(byte) (first ? 0x6B : 0x69)}, hz,
                channels, samples));
    }
}
