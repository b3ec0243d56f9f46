package dev.penstock.dataplane.ingest.srt;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * Where to call, and how: {@code srt://host:port?streamid=...&latency=120&mode=caller}, the passphrase from elsewhere.
 *
 * @param host name or address
 * @param port UDP port
 * @param streamId as written, empty for none
 * @param latencyMillis least time that a packet has to arrive
 * @param passphrase empty for none; never shown
 */
public record SrtUrl(String host, int port, String streamId, int latencyMillis, String passphrase) {
    private static final Set<String> KNOWN = Set.of("streamid", "latency", "mode", "transtype", "pkt_size");
    private static final int MIN_LATENCY = 20;
    private static final int MAX_LATENCY = 30_000;
    private static final int MIN_PASSPHRASE = 10;
    private static final int MAX_PASSPHRASE = 79;
    private static final int MAX_STREAM_ID = 512;

    /**
     * Reads a source's URL.
     *
     * @param passphrase null for none
     * @throws IllegalArgumentException with what is wrong and what was expected, free of secrets
     */
    public static SrtUrl of(SourceUrl url, @Nullable String passphrase) {
        Map<String, String> query = url.query();
        for (String key : query.keySet()) {
            require(KNOWN.contains(key), key + " is not known (expected: streamid, latency or mode)");
        }
        String mode = query.getOrDefault("mode", "caller");
        require(mode.equals("caller"), "mode=" + mode + " is not served (expected: caller)");
        require(query.getOrDefault("transtype", "live").equals("live"), "transtype is not served (expected: live)");
        String streamId = query.getOrDefault("streamid", "");
        require(streamId.length() <= MAX_STREAM_ID, "streamid is too long (expected: at most 512 characters)");
        String secret = passphrase == null ? "" : passphrase;
        require(secret.isEmpty() || (secret.length() >= MIN_PASSPHRASE && secret.length() <= MAX_PASSPHRASE),
                "passphrase of " + secret.length() + " characters (expected: 10 to 79)");
        return new SrtUrl(url.host(), url.port(), streamId, latency(query.get("latency")), secret);
    }

    /**
     * The same with a key in the stream id: {@code ,s=KEY} behind fields ({@code #!::...}), else {@code :KEY}.
     *
     * @param key never shown
     */
    public SrtUrl withKey(String key) {
        return new SrtUrl(host, port, streamId + (streamId.startsWith("#!::") ? ",s=" : ":") + key, latencyMillis,
                passphrase);
    }

    private static int latency(@Nullable String text) {
        if (text == null) {
            return (int) SrtConfig.LATENCY.toMillis();
        }
        boolean isNumber = text.matches("[0-9]{1,8}");
        int millis = isNumber ? Integer.parseInt(text) : -1;
        require(millis >= MIN_LATENCY && millis <= MAX_LATENCY,
                "latency=" + text + " (expected: milliseconds, " + MIN_LATENCY + " to " + MAX_LATENCY + ")");
        return millis;
    }

    private static void require(boolean good, String message) {
        if (!good) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "srt://" + host + ":" + port;
    }
}
