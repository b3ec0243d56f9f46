package dev.penstock.dataplane.media.ts;

import java.util.Optional;

import io.netty.buffer.ByteBuf;

/** MPEG audio of layers I to III (ISO/IEC 11172-3 2.4.1.3, 13818-3 2.4.1.3); free format is none. */
final class MpegAudioFraming implements AudioFraming {
    private static final int[] RATES = {44_100, 48_000, 32_000};
    /** kbit/s by index, from 1: layers I, II, III of MPEG-1; layer I, layers II and III of MPEG-2. */
    private static final int[][] BITRATES = {
            {32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
            {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
            {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
            {32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
            {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}};

    @Override
    public int headerBytes() {
        return 4;
    }

    @Override
    public Optional<Frame> at(ByteBuf bytes, int at, int end) {
        int head = bytes.getInt(at);
        int version = head >> 19 & 3;
        int layer = 4 - (head >> 17 & 3);
        int bitrate = head >> 12 & 15;
        int rateIndex = head >> 10 & 3;
        if (head >>> 21 != 0x7FF || version == 1 || layer == 4 || bitrate == 0 || bitrate == 15 || rateIndex == 3) {
            return Optional.empty();
        }
        boolean first = version == 3;
        int rate = RATES[rateIndex] >> (first ? 0 : version == 2 ? 1 : 2);
        int row = first ? layer - 1 : layer == 1 ? 3 : 4;
        int perSecond = BITRATES[row][bitrate - 1] * 1000;
        int padding = head >> 9 & 1;
        int samples = layer == 1 ? 384 : layer == 3 && !first ? 576 : 1152;
        int size = layer == 1 ? (12 * perSecond / rate + padding) * 4 : samples / 8 * perSecond / rate + padding;
        return Optional.of(new Frame(0, size, samples, rate, new byte[0]));
    }
}
