package dev.penstock.dataplane.media.opus;

import io.netty.buffer.ByteBuf;

/** What the first bytes of an Opus packet tell (RFC 6716 3.1, 3.2). Pure; any thread. */
public final class OpusPacket {
    /** Samples of 2.5 ms at 48 kHz. */
    private static final int SHORTEST = 120;
    private static final int LONGEST = 5760;

    private OpusPacket() {}

    /**
     * How long a packet plays.
     *
     * @param bytes read by absolute index
     * @param at first byte of the packet; before {@code end}
     * @param end end of what is there
     * @return samples at 48 kHz, at most 120 ms; 0 when it cannot be told
     */
    public static int samples(ByteBuf bytes, int at, int end) {
        int toc = bytes.getUnsignedByte(at);
        int config = toc >> 3;
        int frame;
        if (config < 12) {
            frame = (config & 3) == 3 ? 24 * SHORTEST : (SHORTEST * 4) << (config & 3);
        } else if (config < 16) {
            frame = (SHORTEST * 4) << (config & 1);
        } else {
            frame = SHORTEST << (config & 3);
        }
        int count = switch (toc & 3) {
            case 0 -> 1;
            case 1, 2 -> 2;
            default -> at + 1 < end ? bytes.getByte(at + 1) & 0x3F : 0;
        };
        return Math.min(frame * count, LONGEST);
    }
}
