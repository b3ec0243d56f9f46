package dev.penstock.dataplane.media.ts;

/** The CRC of sections (ISO/IEC 13818-1 annex A): polynomial 0x04C11DB7, no reflection, initial value all ones. */
final class Crc32Mpeg {
    private static final int[] TABLE = table();

    private Crc32Mpeg() {}

    /** CRC of a range; 0 for a section that ends with its own right CRC. */
    static int of(byte[] bytes, int from, int to) {
        int crc = -1;
        for (int i = from; i < to; i++) {
            crc = (crc << 8) ^ TABLE[(crc >>> 24) ^ (bytes[i] & 0xFF)];
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                value = (value << 1) ^ (value < 0 ? 0x04C11DB7 : 0);
            }
            table[i] = value;
        }
        return table;
    }
}
