package dev.penstock.dataplane.media.opus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * An identification header of Opus (RFC 7845 5.1). Opus always plays at 48 kHz.
 *
 * @param channels output channels, 1 to 255
 * @param preSkip samples of 48 kHz to leave out at the start
 * @param inputRate rate of what was encoded, samples per second; 0 when not told
 * @param gain output gain, 1/256 dB
 * @param family channel mapping family: 0 mono or stereo, 1 Vorbis order up to 8 channels
 * @param mapping behind the family, for families but 0: stream count, coupled count and a byte for each channel; else empty
 */
public record OpusHead(int channels, int preSkip, int inputRate, int gain, int family, byte[] mapping) {
    private static final byte[] MAGIC = "OpusHead".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED = 19;
    /** Stream count, coupled count and channel mapping of 3 to 8 channels. */
    private static final byte[][] VORBIS_MAPPINGS = {{2, 1, 0, 2, 1}, {2, 2, 0, 1, 2, 3}, {3, 2, 0, 4, 1, 2, 3},
            {4, 2, 0, 4, 1, 2, 3, 5}, {4, 3, 0, 4, 1, 2, 3, 5, 6}, {5, 3, 0, 6, 1, 2, 3, 4, 5, 7}};

    /**
     * Reads a header.
     *
     * @return empty when it is damaged or of an incompatible version
     */
    public static Optional<OpusHead> parse(byte[] head) {
        if (head.length < FIXED || !Arrays.equals(head, 0, 8, MAGIC, 0, 8) || (head[8] & 0xF0) != 0) {
            return Optional.empty();
        }
        int channels = head[9] & 0xFF;
        int family = head[18] & 0xFF;
        byte[] mapping = {};
        if (channels == 0 || (family == 0 && channels > 2)) {
            return Optional.empty();
        }
        if (family != 0) {
            int end = FIXED + 2 + channels;
            if (head.length < end || !fits(head, channels)) {
                return Optional.empty();
            }
            mapping = Arrays.copyOfRange(head, FIXED, end);
        }
        return Optional.of(new OpusHead(channels, (int) little(head, 10, 2), (int) little(head, 12, 4),
                (short) little(head, 16, 2), family, mapping));
    }

    /**
     * For a source that tells no more, such as SDP or RTMP.
     *
     * @param channels 1 or 2
     */
    public static OpusHead of(int channels) {
        if (channels != 1 && channels != 2) {
            throw new IllegalArgumentException("channels: " + channels + " (expected: 1 or 2)");
        }
        return new OpusHead(channels, 0, 48_000, 0, 0, new byte[0]);
    }

    /**
     * The usual mapping of a number of channels (RFC 7845 5.1.1.2): family 0 up to 2, else family 1 with as few streams as can be.
     *
     * @return empty when {@code channels} is not 1 to 8
     */
    public static Optional<OpusHead> ofVorbisOrder(int channels) {
        if (channels < 1 || channels > 8) {
            return Optional.empty();
        }
        return Optional.of(channels <= 2
                ? of(channels)
                : new OpusHead(channels, 0, 48_000, 0, 1, VORBIS_MAPPINGS[channels - 3].clone()));
    }

    /** The header. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.write(1);
        out.write(channels);
        little(out, preSkip, 2);
        little(out, inputRate, 4);
        little(out, gain, 2);
        out.write(family);
        out.writeBytes(mapping);
        return out.toByteArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpusHead head && Arrays.equals(bytes(), head.bytes());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes());
    }

    /** Streams and coupled streams as RFC 7845 5.1.1 allows them. */
    private static boolean fits(byte[] head, int channels) {
        int streams = head[FIXED] & 0xFF;
        int coupled = head[FIXED + 1] & 0xFF;
        if (streams == 0 || coupled > streams || streams + coupled > 255) {
            return false;
        }
        for (int i = 0; i < channels; i++) {
            int index = head[FIXED + 2 + i] & 0xFF;
            if (index != 255 && index >= streams + coupled) {
                return false;
            }
        }
        return true;
    }

    private static long little(byte[] bytes, int at, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | (bytes[at + i] & 0xFF);
        }
        return value;
    }

    private static void little(ByteArrayOutputStream out, int value, int count) {
        for (int i = 0; i < count; i++) {
            out.write(value >> (8 * i));
        }
    }
}
