package dev.penstock.dataplane.media.aac;

import java.util.Optional;

/**
 * A header of an ADTS frame (ISO/IEC 14496-3 1.A.2.2).
 *
 * @param objectType audio object type, 1 to 4
 * @param sampleRate samples per second
 * @param channels channel configuration, 0 when told in the frame
 * @param frameLength bytes of the frame with its header
 */
public record AdtsHeader(int objectType, int sampleRate, int channels, int frameLength) {
    private static final int[] RATES = {96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000,
            11_025, 8_000, 7_350};

    /** CODECS element (RFC 6381): {@code mp4a.40.2}. */
    public String codec() {
        return "mp4a.40." + objectType;
    }

    /**
     * Reads a header.
     *
     * @param bytes at least 7 bytes from {@code at} on
     * @param at first byte of the syncword
     * @return empty when there is none
     */
    public static Optional<AdtsHeader> parse(byte[] bytes, int at) {
        if (at + 7 > bytes.length || (bytes[at] & 0xFF) != 0xFF || (bytes[at + 1] & 0xF6) != 0xF0) {
            return Optional.empty();
        }
        int rate = bytes[at + 2] >> 2 & 0x0F;
        int length = (bytes[at + 3] & 3) << 11 | (bytes[at + 4] & 0xFF) << 3 | (bytes[at + 5] & 0xFF) >> 5;
        if (rate >= RATES.length || length < 7) {
            return Optional.empty();
        }
        int channels = (bytes[at + 2] & 1) << 2 | (bytes[at + 3] & 0xFF) >> 6;
        return Optional.of(new AdtsHeader((bytes[at + 2] >> 6 & 3) + 1, RATES[rate], channels, length));
    }
}
