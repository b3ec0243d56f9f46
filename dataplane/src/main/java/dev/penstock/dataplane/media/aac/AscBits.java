package dev.penstock.dataplane.media.aac;

/** Reads bits of an AudioSpecificConfig; beyond the end all bits are 0 and {@link #exhausted} turns true. One owner. */
final class AscBits {
    private final byte[] bytes;
    private int bit;

    AscBits(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean exhausted() {
        return bit > bytes.length * 8;
    }

    /** The next bit. */
    int position() {
        return bit;
    }

    boolean flag() {
        return bits(1) == 1;
    }

    /** Up to 31 bits. */
    int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int at = bit >> 3;
            value = value << 1 | (at < bytes.length ? bytes[at] >> (7 - (bit & 7)) & 1 : 0);
            bit = Math.min(bit + 1, bytes.length * 8 + 1);
        }
        return value;
    }

    /** Reads a program_config_element (ISO/IEC 14496-3 4.4.1.1); how many channels it has. */
    int programConfig() {
        bits(10);
        int front = bits(4);
        int side = bits(4);
        int back = bits(4);
        int lfe = bits(2);
        int data = bits(3);
        int coupling = bits(4);
        for (int i = 0; i < 2; i++) {
            if (flag()) {
                bits(4);
            }
        }
        if (flag()) {
            bits(3);
        }
        int channels = lfe;
        for (int i = 0; i < front + side + back; i++) {
            channels += flag() ? 2 : 1;
            bits(4);
        }
        bits(4 * lfe + 4 * data + 5 * coupling);
        bit = Math.min((bit + 7) & ~7, bytes.length * 8 + 1);
        int comment = bits(8);
        for (int i = 0; i < comment && !exhausted(); i++) {
            bits(8);
        }
        return channels;
    }
}
