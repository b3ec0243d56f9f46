package dev.penstock.dataplane.media;

/**
 * Reads bits of a raw byte sequence payload; emulation prevention bytes are left out (ITU-T H.264 7.3.1, 9.1). Beyond the end
 * all bits are 0 and {@link #exhausted} turns true, so parsers end by themselves. One owner.
 */
public final class RbspReader {
    private final byte[] bytes;
    private final int end;
    private int at;
    private int zeros;
    private int current;
    private int bitsLeft;
    private boolean exhausted;

    /**
     * @param bytes a NAL unit; not copied
     * @param from first byte after the NAL unit's header
     * @param to end of the NAL unit
     */
    public RbspReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    /** True once more bits were asked for than there are. */
    public boolean exhausted() {
        return exhausted;
    }

    /** One bit as a flag. */
    public boolean flag() {
        return bits(1) == 1;
    }

    /** Up to 32 bits, the first one highest. */
    public int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (bitsLeft == 0) {
                current = next();
                bitsLeft = 8;
            }
            bitsLeft--;
            value = value << 1 | (current >> bitsLeft & 1);
        }
        return value;
    }

    /** ue(v), 0 to 2^31 - 1; 0 when damaged. */
    public int ue() {
        int leading = 0;
        while (!exhausted && leading < 32 && bits(1) == 0) {
            leading++;
        }
        if (exhausted || leading > 30) {
            exhausted = true;
            return 0;
        }
        return (1 << leading) - 1 + bits(leading);
    }

    /** se(v). */
    public int se() {
        int code = ue();
        return (code & 1) == 1 ? (code >> 1) + 1 : -(code >> 1);
    }

    private int next() {
        if (zeros >= 2 && at < end && bytes[at] == 3) {
            at++;
            zeros = 0;
        }
        if (at >= end) {
            exhausted = true;
            return 0;
        }
        int value = bytes[at++] & 0xFF;
        zeros = value == 0 ? zeros + 1 : 0;
        return value;
    }
}
