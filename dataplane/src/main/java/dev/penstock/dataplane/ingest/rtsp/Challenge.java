package dev.penstock.dataplane.ingest.rtsp;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server asks a client to prove (RFC 7235 4.1, RFC 7616 3.3).
 *
 * @param scheme {@code basic} or {@code digest}
 * @param parameters names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern
            .compile("([A-Za-z0-9_-]{1,32})\\s*=\\s*(?:\"([^\"]{0,1024})\"|([^\\s,\"]{1,1024}))");

    /** The strongest of the challenges that can be answered: Digest with SHA-256, Digest with MD5, Basic. */
    static Optional<Challenge> strongest(List<String> headers) {
        return headers.stream().flatMap(header -> parse(header).stream()).filter(c -> c.strength() > 0)
                .reduce((a, b) -> b.strength() > a.strength() ? b : a);
    }

    private static Optional<Challenge> parse(String header) {
        String[] parts = header.strip().split("\\s+", 2);
        Map<String, String> parameters = new HashMap<>();
        if (parts.length > 1) {
            Matcher found = PARAMETER.matcher(parts[1]);
            while (found.find()) {
                parameters.putIfAbsent(found.group(1).toLowerCase(Locale.ROOT),
                        found.group(2) != null ? found.group(2) : found.group(3));
            }
        }
        return Optional.of(new Challenge(parts[0].toLowerCase(Locale.ROOT), parameters));
    }

    /** Name of the hash for {@link java.security.MessageDigest}; empty when it is not known. */
    Optional<String> hash() {
        return switch (algorithm()) {
            case "MD5", "MD5-SESS" -> Optional.of("MD5");
            case "SHA-256", "SHA-256-SESS" -> Optional.of("SHA-256");
            default -> Optional.empty();
        };
    }

    /** The algorithm as told; MD5 when not. */
    String algorithm() {
        return parameters.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    }

    /** A value; empty text when not told. */
    String value(String name) {
        return parameters.getOrDefault(name, "");
    }

    /** Whether the proof has to count requests (qop "auth"). */
    boolean isCounted() {
        return List.of(value("qop").toLowerCase(Locale.ROOT).split("\\s*,\\s*")).contains("auth");
    }

    private int strength() {
        return switch (scheme) {
            case "basic" -> 1;
            case "digest" -> hash().map(name -> name.equals("MD5") ? 2 : 3).orElse(0);
            default -> 0;
        };
    }
}
