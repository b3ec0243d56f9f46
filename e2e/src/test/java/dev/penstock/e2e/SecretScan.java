package dev.penstock.e2e;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for secrets in whatever a run has produced: logs, statuses, events, metrics, files of HAProxy. A secret is found as it is, in
 * base64 and as a URL has it. What is found is named, never quoted.
 */
final class SecretScan {
    private final Map<String, List<String>> forms = new TreeMap<>();

    /** Looks for secrets, given by what they are called; each must be long enough not to be found by chance. */
    SecretScan(Map<String, String> secrets) {
        secrets.forEach((name, secret) -> {
            if (secret.length() < 8) {
                throw new IllegalArgumentException(name + ": too short (expected: at least 8 characters)");
            }
            String base64 = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
            // Its end depends on what follows.
            forms.put(name, List.of(secret, base64.substring(0, (secret.length() / 3) * 4),
                    URLEncoder.encode(secret, StandardCharsets.UTF_8)));
        });
    }

    /** The secrets that texts show, each as "where: name"; texts are given by where they come from. */
    List<String> findings(Map<String, String> texts) {
        List<String> found = new ArrayList<>();
        new TreeMap<>(texts).forEach((where, text) -> forms.forEach((name, all) -> {
            if (all.stream().anyMatch(text::contains)) {
                found.add(where + ": " + name);
            }
        }));
        return found;
    }
}
