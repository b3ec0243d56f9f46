package dev.penstock.dataplane.ingest.rtmp;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What a publisher calls its stream. Clients cut a URL into application and stream name at different places, so both are joined with
 * {@code /} and split anew; a query may stand behind either, or in tcUrl only.
 *
 * @param namespace namespace of the LiveStream
 * @param name its name
 * @param key the stream key; null when none was given. Never shown
 */
record PublishName(String namespace, String name, @Nullable String key) {
    /** What a publisher is told to do. */
    static final String EXPECTED = "expected: rtmp://HOST/live/NAMESPACE/NAME?key=KEY";

    private static final int LONGEST = 253;

    /**
     * Finds namespace, name and key.
     *
     * @param application as in connect
     * @param tcUrl as in connect; asked for the key only
     * @param stream as in publish
     * @return nothing when it is not {@code live/NAMESPACE/NAME}
     */
    static Optional<PublishName> parse(String application, String tcUrl, String stream) {
        List<String> parts = new ArrayList<>(4);
        for (String part : (path(application) + "/" + path(stream)).split("/")) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        boolean fits = parts.size() == 3 && parts.getFirst().equals("live")
                && parts.stream().allMatch(part -> part.length() <= LONGEST && isPlain(part));
        if (!fits) {
            return Optional.empty();
        }
        String key = key(stream);
        if (key == null) {
            key = key(application);
        }
        return Optional.of(new PublishName(parts.get(1), parts.get(2), key == null ? key(tcUrl) : key));
    }

    private static String path(String text) {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private static boolean isPlain(String part) {
        return part.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.');
    }

    private static @Nullable String key(String text) {
        int query = text.indexOf('?');
        if (query < 0) {
            return null;
        }
        // A client that cuts at the last slash may leave the name behind the query of the application.
        for (String part : text.substring(query + 1).split("[&?]")) {
            if (part.startsWith("key=")) {
                return decoded(part.substring(4));
            }
        }
        return null;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
