package dev.penstock.dataplane.ingest.rtsp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/**
 * Proves who asks: Basic (RFC 7617), Digest with MD5 or SHA-256, with and without qop "auth" (RFC 7616). Nothing is sent before the
 * server asks for it. One owner.
 */
final class RtspAuth {
    private final String user;
    private final String password;
    private final RandomGenerator random;
    private @Nullable Challenge challenge;
    private int count;

    RtspAuth(String user, String password, RandomGenerator random) {
        this.user = user;
        this.password = password;
        this.random = random;
    }

    /**
     * The server refused a request and says what it wants.
     *
     * @param headers its WWW-Authenticate headers
     * @return whether asking again makes sense: nothing was proven yet, or what was proven is stale
     */
    boolean challenged(List<String> headers) {
        Optional<Challenge> now = Challenge.strongest(headers);
        if (now.isEmpty()) {
            return false;
        }
        boolean again = challenge == null || now.get().value("stale").equalsIgnoreCase("true");
        challenge = now.get();
        count = 0;
        return again;
    }

    /** The Authorization header of a request; empty before the server has asked. */
    Optional<String> header(String method, String uri) {
        Challenge asked = challenge;
        if (asked == null) {
            return Optional.empty();
        }
        if (asked.scheme().equals("basic")) {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
        }
        return asked.hash().map(hash -> digest(asked, hash, method, uri));
    }

    private String digest(Challenge asked, String hash, String method, String uri) {
        String nonce = asked.value("nonce");
        String client = HexFormat.of().toHexDigits(random.nextLong());
        String number = HexFormat.of().toHexDigits(++count);
        String secret = hex(hash, user + ":" + asked.value("realm") + ":" + password);
        if (asked.algorithm().endsWith("-SESS")) {
            secret = hex(hash, secret + ":" + nonce + ":" + client);
        }
        String request = hex(hash, method + ":" + uri);
        StringBuilder header = new StringBuilder("Digest username=\"").append(quoted(user)).append("\", realm=\"")
                .append(asked.value("realm")).append("\", nonce=\"").append(nonce).append("\", uri=\"").append(uri)
                .append("\", response=\"");
        if (asked.isCounted()) {
            header.append(hex(hash, secret + ":" + nonce + ":" + number + ":" + client + ":auth:" + request))
                    .append("\", qop=auth, nc=").append(number).append(", cnonce=\"").append(client).append('"');
        } else {
            header.append(hex(hash, secret + ":" + nonce + ":" + request)).append('"');
            if (asked.algorithm().endsWith("-SESS")) {
                header.append(", cnonce=\"").append(client).append('"');
            }
        }
        if (asked.parameters().containsKey("algorithm")) {
            header.append(", algorithm=").append(asked.value("algorithm"));
        }
        if (asked.parameters().containsKey("opaque")) {
            header.append(", opaque=\"").append(asked.value("opaque")).append('"');
        }
        return header.toString();
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String hex(String hash, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(hash).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no " + hash, e);
        }
    }
}
