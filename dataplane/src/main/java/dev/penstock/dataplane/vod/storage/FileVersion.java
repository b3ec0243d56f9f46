package dev.penstock.dataplane.vod.storage;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.zip.CRC32;

/**
 * What changes when a file does.
 *
 * @param bytes its length
 * @param modified when it was written last
 */
public record FileVersion(long bytes, Instant modified) {
    /** A name for it that is the same on each pod: digits and letters. */
    public String tag() {
        CRC32 sum = new CRC32();
        sum.update(ByteBuffer.allocate(20).putLong(bytes).putLong(modified.getEpochSecond()).putInt(modified.getNano())
                .array());
        return Long.toString(bytes, 36) + Long.toString(sum.getValue(), 36);
    }
}
