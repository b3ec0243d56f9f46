package dev.penstock.dataplane.store;

/**
 * Bytes of an object.
 *
 * @param first offset of the first byte
 * @param last offset of the last byte, {@link Long#MAX_VALUE} for all that follow
 */
public record ByteRange(long first, long last) {
    /** Refuses a range without bytes. */
    public ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("range: " + first + "-" + last + " (expected: 0 <= first <= last)");
        }
    }

    /** The sentence for a range that starts behind the object's end. */
    public String beyond(String store, String key, long total) {
        return store + ": range of " + key + " starts at " + first + " (expected: < " + total + ")";
    }
}
