package dev.penstock.dataplane.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Durations;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.PushSource;
import dev.penstock.dataplane.access.StreamKeys;
import dev.penstock.dataplane.ingest.push.PublishRequest;
import dev.penstock.dataplane.ingest.push.PushConfig;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;

/** Reads {@code spec.source.push}, with the Secret that it names. */
final class PushSettings {
    private static final String PASSPHRASE = "passphrase";
    private static final int SHORTEST = 10;
    private static final int LONGEST = 79;

    private PushSettings() {}

    /**
     * The rules for publishers. Blocks to look for the keys.
     *
     * @throws NotServableException when the Secret with the keys is missing, holds none, or a passphrase that SRT does not take
     */
    static PushConfig of(LiveStream stream, ResourceSource resources) {
        LiveStreamSpec spec = stream.getSpec();
        String secret = keySecret(stream);
        Optional<String> passphrase = Optional.empty();
        if (secret != null) {
            String namespace = stream.getMetadata().getNamespace();
            String at = "spec.source.push.keySecretRef.name: " + secret;
            SecretData keys = resources.secret(namespace, secret).orElseThrow(() -> new NotServableException(
                    Reasons.SECRET_NOT_FOUND, at + " (expected: a Secret in namespace " + namespace + ")"));
            if (keys(keys).stream().allMatch(String::isBlank)) {
                throw new NotServableException(Reasons.SECRET_KEY_MISSING,
                        at + " (expected: a Secret with at least one stream key)");
            }
            passphrase = passphrase(keys, at);
        }
        PushConfig.Second second = spec.source().push().secondPublisher() == PushSource.SecondPublisher.REPLACE
                ? PushConfig.Second.REPLACE
                : PushConfig.Second.REFUSE;
        return PushConfig.of(second, Durations.parse(spec.reconnectWindow()), Boolean.TRUE.equals(spec.offline()))
                .with(passphrase);
    }

    private static Optional<String> passphrase(SecretData secret, String at) {
        Optional<String> found = secret.text(PASSPHRASE).map(String::strip);
        found.filter(words -> words.length() < SHORTEST || words.length() > LONGEST).ifPresent(words -> {
            throw new NotServableException(Reasons.SECRET_KEY_MISSING, at + ": passphrase of " + words.length()
                    + " characters (expected: " + SHORTEST + " to " + LONGEST + ")");
        });
        return found;
    }

    /** All values but the passphrase. */
    private static List<String> keys(SecretData secret) {
        return secret.all().entrySet().stream().filter(entry -> !entry.getKey().equals(PASSPHRASE))
                .map(Map.Entry::getValue).toList();
    }

    /** Name of the Secret with the stream's keys; null when there is none. */
    static @Nullable String keySecret(LiveStream stream) {
        PushSource push = stream.getSpec().source().push();
        return push == null || push.keySecretRef() == null ? null : push.keySecretRef().name();
    }

    /** Why nobody can publish a stream that is there for publishers: field, value and what was expected. */
    static Optional<String> problem(LiveStream stream, HookSettings hooks) {
        return stream.getSpec().source().push() != null && keySecret(stream) == null && !hooks.has(stream)
                ? Optional.of("spec.source.push.keySecretRef: none"
                        + " (expected: a Secret with stream keys, or an authWebhook; with neither nobody can publish)")
                : Optional.empty();
    }

    /** Says whether publishers have a key of a stream. Blocks to read the keys; what it returns does not. */
    static Predicate<PublishRequest> admitting(LiveStream stream, ResourceSource resources) {
        String secret = keySecret(stream);
        List<String> keys = secret == null
                ? List.of()
                : resources.secret(stream.getMetadata().getNamespace(), secret).map(PushSettings::keys)
                        .orElse(List.of());
        return request -> StreamKeys.fit(keys, request.key());
    }
}
