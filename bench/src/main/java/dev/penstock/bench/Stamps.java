package dev.penstock.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Times carried in the picture, so that the delay of any server can be measured in whatever container it delivers: an SEI
 * message of unregistered user data (ISO/IEC 14496-10 D.1.7) in front of each frame, found again by its UUID.
 */
final class Stamps {
    /** The message's UUID; its first byte occurs once, which makes the search simple. */
    private static final byte[] UUID = "Penstock-bench-1".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 16;
    private static final int SEI_BYTES = 3 + UUID.length + DIGITS + 1;
    private static final int AVC_NALU = 1;
    private static final int FLV_HEAD = 5;

    private final LongConsumer found;
    private int matched;
    private int digits;
    private long value;

    /** Finds the stamps of one stream, given piece by piece. */
    Stamps(LongConsumer found) {
        this.found = found;
    }

    /** A video tag of FLV with a stamp in front of its frame; other tags as they are. */
    static byte[] into(FlvTags.Tag tag, long stamp) {
        byte[] body = tag.body();
        if (tag.type() != 9 || (body[0] & 0x0f) != 7 || body[1] != AVC_NALU) {
            return body;
        }
        ByteBuffer out = ByteBuffer.allocate(body.length + 4 + SEI_BYTES);
        out.put(body, 0, FLV_HEAD).putInt(SEI_BYTES);
        out.put((byte) 6).put((byte) 5).put((byte) (UUID.length + DIGITS)).put(UUID);
        out.put(String.format("%016x", stamp).getBytes(StandardCharsets.US_ASCII)).put((byte) 0x80);
        return out.put(body, FLV_HEAD, body.length - FLV_HEAD).array();
    }

    /** The stream's next byte. */
    void accept(byte next) {
        if (matched == UUID.length) {
            int digit = Character.digit(next, 16);
            value = value << 4 | digit;
            digits++;
            if (digits == DIGITS || digit < 0) {
                if (digit >= 0) {
                    found.accept(value);
                }
                matched = 0;
            }
        } else if (next == UUID[matched]) {
            matched++;
            digits = 0;
            value = 0;
        } else {
            matched = next == UUID[0] ? 1 : 0;
        }
    }
}
