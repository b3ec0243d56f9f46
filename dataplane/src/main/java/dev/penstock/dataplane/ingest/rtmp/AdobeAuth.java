package dev.penstock.dataplane.ingest.rtmp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * User and password with RTMP, as Adobe's servers ask for them and others do since (FFmpeg and librtmp answer the same way): the
 * server refuses connect and says what it wants, the client connects anew and appends the answer to the application. The password
 * itself does not travel. One owner: the event loop.
 */
final class AdobeAuth {
    private static final String WANTED = "authmod=";
    private static final String QUESTION = "?reason=";

    private final Optional<RtmpLogin> login;
    private final RandomGenerator random;
    private String parameters = "";
    private boolean answered;

    AdobeAuth(Optional<RtmpLogin> login, RandomGenerator random) {
        this.login = login;
        this.random = random;
    }

    /** Whether a server's refusal of connect asks for a user. */
    static boolean isChallenge(String description) {
        return description.contains(WANTED);
    }

    /** To be appended to application and tcUrl of the next connect; empty before the server asked. Holds no password. */
    String parameters() {
        return parameters;
    }

    /**
     * Takes what the server said; after that, either a new connect has a chance, or there is a reason why none has.
     *
     * @param description of the refusal
     */
    Optional<String> challenged(String description) {
        int at = description.indexOf(WANTED) + WANTED.length();
        String method = description.substring(at).split("[^a-zA-Z0-9]", 2)[0];
        if (login.isEmpty()) {
            return Optional.of("wants a user and a password (expected: secretRef with a Secret that has username and"
                    + " password)");
        }
        if (!method.equals("adobe")) {
            return Optional.of("wants authentication that is not known (expected: adobe)");
        }
        int question = description.indexOf(QUESTION);
        Map<String, String> said = question < 0 ? Map.of() : values(description.substring(question + 1));
        String reason = said.getOrDefault("reason", "");
        if (answered || reason.equals("authfailed") || reason.equals("nosuchuser")) {
            return Optional.of("refused: wrong user or password");
        }
        String user = login.get().username();
        if (reason.isEmpty()) {
            if (!parameters.isEmpty()) {
                return Optional.of("refused: asks for a user again and again");
            }
            parameters = "?authmod=adobe&user=" + user;
        } else {
            answered = true;
            parameters = answer(user, said);
        }
        return Optional.empty();
    }

    private String answer(String user, Map<String, String> said) {
        String own = String.format("%08x", random.nextInt());
        String opaque = said.getOrDefault("opaque", "");
        String theirs = opaque.isEmpty() ? said.getOrDefault("challenge", "") : opaque;
        String secret = digest(user + said.getOrDefault("salt", "") + login.map(RtmpLogin::password).orElse(""));
        return "?authmod=adobe&user=" + user + "&challenge=" + own + "&response=" + digest(secret + theirs + own)
                + (opaque.isEmpty() ? "" : "&opaque=" + opaque);
    }

    /** Not decoded: servers compare what they wrote. */
    private static Map<String, String> values(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                values.put(part.substring(0, equals), part.substring(equals + 1).strip());
            }
        }
        return values;
    }

    private static String digest(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
