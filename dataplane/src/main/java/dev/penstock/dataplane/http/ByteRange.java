package dev.penstock.dataplane.http;

import java.util.Optional;

/**
 * One range of bytes of an answer (RFC 9110 14.1.2).
 *
 * @param first first byte
 * @param length how many; 0 when the asked range lies outside
 */
record ByteRange(long first, long length) {
    /** Asked for, but nothing of it exists: 416. */
    static final ByteRange OUTSIDE = new ByteRange(0, 0);

    /**
     * Reads a Range header.
     *
     * @param header the header's value
     * @param size bytes of the whole
     * @return empty when the header must be ignored: another unit, several ranges, not understood
     */
    static Optional<ByteRange> parse(String header, long size) {
        if (!header.regionMatches(true, 0, "bytes=", 0, 6) || header.indexOf(',') >= 0) {
            return Optional.empty();
        }
        String spec = header.substring(6).strip();
        int dash = spec.indexOf('-');
        if (dash < 0 || spec.length() < 2 || !digits(spec.substring(0, dash)) || !digits(spec.substring(dash + 1))) {
            return Optional.empty();
        }
        if (dash == 0) {
            long length = Math.min(number(spec.substring(1)), size);
            return Optional.of(length == 0 ? OUTSIDE : new ByteRange(size - length, length));
        }
        long first = number(spec.substring(0, dash));
        long last = dash == spec.length() - 1 ? Long.MAX_VALUE : number(spec.substring(dash + 1));
        if (last < first) {
            return Optional.empty();
        }
        return Optional.of(first >= size ? OUTSIDE : new ByteRange(first, Math.min(last, size - 1) - first + 1));
    }

    private static boolean digits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The number, or the largest long when it does not fit. */
    private static long number(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
