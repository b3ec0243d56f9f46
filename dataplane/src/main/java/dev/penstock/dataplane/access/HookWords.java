package dev.penstock.dataplane.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What is said between Penstock and a hook: the question's JSON, its signature, and what answers mean. */
final class HookWords {
    /** Header {@code t=<seconds of Unix time>,v1=<hex of HMAC-SHA256>} over {@code <seconds>.<body>}. */
    static final String SIGNATURE = "Penstock-Signature";

    /** What a hook may want of a stream, one day. */
    private static final List<String> CONFIGURATION = List.of("renditions", "limits", "objectStore",
            "recordObjectStore", "failObjectStore");
    private static final int MOST_REASON = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private HookWords() {}

    /** The body of the request. */
    static byte[] question(HookQuestion question) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("action", "publish");
        fields.put("protocol", question.protocol());
        fields.put("namespace", question.namespace());
        fields.put("name", question.name());
        if (question.key() != null) {
            fields.put("key", question.key());
        }
        fields.put("remote", question.remote());
        try {
            return JSON.writeValueAsBytes(fields);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("texts can always be written", e);
        }
    }

    /** The signature's header. */
    static String signature(String secret, long second, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((second + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + second + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every Java platform", e);
        }
    }

    /** A name for a question to a hook that tells nothing of keys. */
    static String digest(Hook hook, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((hook.url() + " " + hook.secret() + " ").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    /**
     * What an answer means.
     *
     * @throws IOException when the body is no JSON
     */
    static HookAnswer answer(int status, byte[] body) throws IOException {
        if (status == 401 || status == 403) {
            return new HookAnswer.Denied("");
        }
        if (status != 200) {
            return new HookAnswer.Failed("it answers with status " + status + " (expected: 200, or 403 for no)");
        }
        JsonNode said = JSON.readTree(body);
        JsonNode allow = said == null ? null : said.get("allow");
        if (allow == null || !allow.isBoolean()) {
            return new HookAnswer.Failed("its answer does not say whether (expected: {\"allow\": true})");
        }
        if (!allow.booleanValue()) {
            return new HookAnswer.Denied(line(said.path("reason").asText("")));
        }
        for (String field : CONFIGURATION) {
            if (said.hasNonNull(field)) {
                return new HookAnswer.Failed("its answer has " + field
                        + ", which is not served yet (expected: allow and reason only)");
            }
        }
        return new HookAnswer.Allowed();
    }

    private static String line(String text) {
        return text.substring(0, Math.min(text.length(), MOST_REASON)).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }
}
