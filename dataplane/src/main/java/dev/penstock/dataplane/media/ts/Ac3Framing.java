package dev.penstock.dataplane.media.ts;

import java.util.Optional;

import io.netty.buffer.ByteBuf;

/** AC-3 (ETSI TS 102 366 4.3, 4.4.1); syncframes of E-AC-3 are none. */
final class Ac3Framing implements AudioFraming {
    private static final int SAMPLES = 1536;
    private static final int MAX_BSID = 10;
    private static final int[] RATES = {48_000, 44_100, 32_000};
    private static final int[] KILOBITS = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512,
            576, 640};

    @Override
    public int headerBytes() {
        return 6;
    }

    @Override
    public Optional<Frame> at(ByteBuf bytes, int at, int end) {
        int rateCode = bytes.getUnsignedByte(at + 4) >> 6;
        int sizeCode = bytes.getUnsignedByte(at + 4) & 0x3F;
        boolean fits = bytes.getUnsignedShort(at) == 0x0B77 && rateCode < RATES.length
                && sizeCode / 2 < KILOBITS.length && bytes.getUnsignedByte(at + 5) >> 3 <= MAX_BSID;
        if (!fits) {
            return Optional.empty();
        }
        int kilobits = KILOBITS[sizeCode / 2];
        int words = switch (rateCode) {
            case 0 -> kilobits * 2;
            case 1 -> kilobits * 320 / 147 + (sizeCode & 1);
            default -> kilobits * 3;
        };
        return Optional.of(new Frame(0, words * 2, SAMPLES, RATES[rateCode], new byte[0]));
    }
}
