package dev.penstock.dataplane.access;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Who may play a stream: whoever is admitted by one of the ways that are there; everybody when there is none. A way whose Secret
 * is missing is there and admits nobody.
 *
 * @param signingKeys keys of signed URLs, each of them valid; null when there are no signed URLs
 * @param jwt JSON Web Tokens; null when there are none
 * @param passwords of users; null when there are no users
 * @param tokens bearer tokens, each of them valid; null when there are none
 * @param origins whose pages may play
 */
public record PlaybackRules(@Nullable List<String> signingKeys, @Nullable JwtRules jwt,
        @Nullable Map<String, String> passwords, @Nullable List<String> tokens, Origins origins) {
    /** Everybody may. */
    public static final PlaybackRules OPEN = new PlaybackRules(null, null, null, null, Origins.ANY);

    /** Whether everybody may. */
    public boolean isOpen() {
        return signingKeys == null && jwt == null && passwords == null && tokens == null;
    }

    @Override
    public String toString() {
        return "PlaybackRules[open=" + isOpen() + "]";
    }
}
