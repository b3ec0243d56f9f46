package dev.penstock.dataplane.media.aac;

import java.util.Arrays;
import java.util.Optional;

import io.netty.buffer.ByteBuf;

/**
 * An AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1) of the general audio coders.
 *
 * @param objectType audio object type of the core: 2 AAC-LC, 1 Main, 3 SSR, 4 LTP, others as the table says
 * @param sampleRate of the core, samples per second
 * @param channels output channels as the configuration says; 0 when it does not (told in the first frame)
 * @param channelConfiguration channelConfiguration, 0 when a program config element stands for it
 * @param sbrRate rate after spectral band replication that is told explicitly (HE-AAC); 0 when none is told
 * @param parametricStereo whether parametric stereo is told explicitly (HE-AAC v2)
 * @param frameSamples samples of a frame at {@code sampleRate}: 1024, or 960
 */
public record AudioSpecificConfig(int objectType, int sampleRate, int channels, int channelConfiguration, int sbrRate,
        boolean parametricStereo, int frameSamples) {
    private static final int[] RATES = {96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000,
            11_025, 8_000, 7_350};
    private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8, -1, -1, -1, 7, 8, -1, 8, -1};
    private static final int SBR = 5;
    private static final int PS = 29;
    private static final int SYNC_SBR = 0x2B7;

    /**
     * Reads a configuration; what is behind it is left out.
     *
     * @return empty when it is damaged, or of no general audio coder
     */
    public static Optional<AudioSpecificConfig> parse(byte[] config) {
        return parse(new AscBits(config), true);
    }

    /**
     * As {@link #parse(byte[])}; the bits are read to its end.
     *
     * @param bounded whether what is behind it, to the end of the bits, may tell of an extension
     */
    static Optional<AudioSpecificConfig> parse(AscBits in, boolean bounded) {
        int type = objectType(in);
        int rate = rate(in);
        int channelConfiguration = in.bits(4);
        int sbrRate = 0;
        boolean ps = type == PS;
        if (type == SBR || type == PS) {
            sbrRate = rate(in);
            type = objectType(in);
        }
        if (!isGeneral(type) || CHANNELS[channelConfiguration] < 0) {
            return Optional.empty();
        }
        int frame = in.flag() ? 960 : 1024;
        if (in.flag()) {
            in.bits(14);
        }
        boolean extension = in.flag();
        int channels = channelConfiguration == 0 ? in.programConfig() : CHANNELS[channelConfiguration];
        if (type == 6 || type == 20) {
            in.bits(3);
        }
        if (extension && type > 16) {
            in.bits(type == 22 ? 16 : 3);
        }
        if (in.exhausted() || rate <= 0 || sbrRate < 0) {
            return Optional.empty();
        }
        if (bounded && sbrRate == 0 && in.bits(11) == SYNC_SBR && objectType(in) == SBR && in.flag()) {
            int told = rate(in);
            ps = in.bits(11) == 0x548 && in.flag();
            sbrRate = Math.max(told, 0);
        }
        return Optional.of(new AudioSpecificConfig(type, rate, channels, channelConfiguration, sbrRate, ps, frame));
    }

    /**
     * A plain configuration.
     *
     * @param objectType 1 to 4
     * @param sampleRate samples per second
     * @param channels 1 to 6, or 8
     */
    public static AudioSpecificConfig of(int objectType, int sampleRate, int channels) {
        if (channels < 1 || channels == 7 || channels > 8 || objectType < 1 || objectType > 4) {
            throw new IllegalArgumentException("objectType " + objectType + ", channels " + channels
                    + " (expected: objectType 1 to 4, channels 1 to 6 or 8)");
        }
        return new AudioSpecificConfig(objectType, sampleRate, channels, channels == 8 ? 7 : channels, 0, false, 1024);
    }

    /** What a source with ADTS frames has. */
    public static AudioSpecificConfig of(AdtsHeader header) {
        return new AudioSpecificConfig(header.objectType(), header.sampleRate(), CHANNELS[header.channels()],
                header.channels(), 0, false, 1024);
    }

    /** The configuration; one with a program config element cannot be written and comes without. */
    public byte[] bytes() {
        long bits = 0;
        int count = 0;
        // Explicit hierarchical signalling: the type of the extension comes first.
        int[][] fields = sbrRate > 0
                ? new int[][]{{parametricStereo ? PS : SBR, 5}, {index(sampleRate), 4}, {channelConfiguration, 4},
                        {index(sbrRate), 4}, {objectType, 5}}
                : new int[][]{{objectType, 5}, {index(sampleRate), 4}, {channelConfiguration, 4}};
        byte[] out = new byte[16];
        int at = 0;
        for (int i = 0; i < fields.length; i++) {
            bits = bits << fields[i][1] | fields[i][0];
            count += fields[i][1];
            if (fields[i][1] == 4 && fields[i][0] == 15 && (i == 1 || i == 3)) {
                bits = bits << 24 | (i == 1 ? sampleRate : sbrRate);
                count += 24;
            }
            while (count >= 8) {
                count -= 8;
                out[at++] = (byte) (bits >> count);
            }
        }
        bits = bits << 3 | (frameSamples == 960 ? 4 : 0);
        count += 3;
        while (count > 0) {
            out[at++] = (byte) (count >= 8 ? bits >> (count - 8) : bits << (8 - count));
            count -= 8;
        }
        return Arrays.copyOf(out, at);
    }

    /** CODECS element (RFC 6381): {@code mp4a.40.2}. */
    public String codec() {
        return "mp4a.40." + (sbrRate == 0 ? objectType : parametricStereo ? PS : SBR);
    }

    /** Whether its frames can stand behind ADTS headers: object types 1 to 4 at a rate of the table, 1024 samples a frame. */
    public boolean fitsAdts() {
        return objectType >= 1 && objectType <= 4 && index(sampleRate) < 15 && frameSamples == 1024
                && channelConfiguration >= 1 && channelConfiguration <= 7;
    }

    /**
     * Writes an ADTS header (ISO/IEC 14496-3 1.A.2.2), 7 bytes, of MPEG-4, without CRC; only where {@link #fitsAdts}.
     *
     * @param frameBytes bytes of the frame behind it, at most 8184
     */
    public void writeAdts(ByteBuf out, int frameBytes) {
        int length = frameBytes + 7;
        out.writeShort(0xFFF1);
        out.writeByte((objectType - 1) << 6 | index(sampleRate) << 2 | channelConfiguration >> 2);
        out.writeByte((channelConfiguration & 3) << 6 | length >> 11);
        out.writeByte(length >> 3);
        out.writeByte((length & 7) << 5 | 0x1F);
        out.writeByte(0xFC);
    }

    private static int index(int rate) {
        for (int i = 0; i < RATES.length; i++) {
            if (RATES[i] == rate) {
                return i;
            }
        }
        return 15;
    }

    private static boolean isGeneral(int type) {
        return switch (type) {
            case 1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23 -> true;
            default -> false;
        };
    }

    private static int objectType(AscBits in) {
        int type = in.bits(5);
        return type == 31 ? 32 + in.bits(6) : type;
    }

    /** -1 when the index is reserved. */
    private static int rate(AscBits in) {
        int index = in.bits(4);
        if (index == 15) {
            int rate = in.bits(24);
            return rate == 0 ? -1 : rate;
        }
        return index < RATES.length ? RATES[index] : -1;
    }
}
