package dev.penstock.dataplane.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Durations;
import dev.penstock.api.PoolRef;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.Webhook;
import dev.penstock.dataplane.access.Hook;
import dev.penstock.dataplane.resource.KubernetesSource;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;

/**
 * Finds the hook that decides who may publish a stream: its own, else its pool's. Any thread.
 *
 * @param resources where Secrets are
 * @param pool the hook of a stream's pool
 */
record HookSettings(ResourceSource resources, Function<LiveStream, Optional<Webhook>> pool) {
    /** The Secret's key that signs. */
    private static final String TOKEN = "token";

    /** For a pod of a pool. */
    static HookSettings ofPod(KubernetesSource resources) {
        return new HookSettings(resources, stream -> resources.authWebhook());
    }

    /** Without Kubernetes: a pool is one among the resources, the one that the stream names or the only one. */
    static HookSettings alone(ResourceSource resources) {
        return new HookSettings(resources, stream -> {
            PoolRef wanted = stream.getSpec().poolRef();
            List<MediaPool> pools = resources.view().all(MediaPool.class).stream()
                    .filter(p -> p.getMetadata().getNamespace().equals(stream.getMetadata().getNamespace())
                            && (wanted == null || p.getMetadata().getName().equals(wanted.name())))
                    .toList();
            return pools.size() == 1 ? Optional.ofNullable(pools.getFirst().getSpec().authWebhook()) : Optional.empty();
        });
    }

    /** Whether a stream has a hook. */
    boolean has(LiveStream stream) {
        return webhook(stream).isPresent();
    }

    /** Whether a Secret of the stream's namespace signs what its hook is asked. */
    boolean uses(LiveStream stream, String secret) {
        return webhook(stream).map(Webhook::secretRef).filter(ref -> ref.name().equals(secret)).isPresent();
    }

    /**
     * The hook of a stream. Blocks to read its Secret.
     *
     * @throws NotServableException when the Secret, or its key, is missing
     * @throws IllegalArgumentException when the URL cannot be read
     */
    Optional<Hook> find(LiveStream stream) {
        String at = ofStream(stream) == null ? "MediaPool spec.authWebhook" : "spec.access.authWebhook";
        return webhook(stream).map(found -> new Hook(url(found, at),
                secret(found, stream.getMetadata().getNamespace(), at), Durations.parse(found.timeout()),
                Durations.parse(found.cache())));
    }

    private static URI url(Webhook hook, String at) {
        try {
            URI url = new URI(hook.url());
            if (url.getHost() != null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Its text may hold what is secret.
        }
        throw new IllegalArgumentException(at + ".url: cannot be read (expected: such as https://host/path)");
    }

    private Optional<Webhook> webhook(LiveStream stream) {
        Webhook own = ofStream(stream);
        return own == null ? pool.apply(stream) : Optional.of(own);
    }

    private static @Nullable Webhook ofStream(LiveStream stream) {
        return stream.getSpec().access() == null ? null : stream.getSpec().access().authWebhook();
    }

    private @Nullable String secret(Webhook hook, String namespace, String at) {
        if (hook.secretRef() == null) {
            return null;
        }
        String is = at + ".secretRef.name: " + hook.secretRef().name();
        SecretData data = resources.secret(namespace, hook.secretRef().name())
                .orElseThrow(() -> new NotServableException(Reasons.SECRET_NOT_FOUND,
                        is + " (expected: a Secret in namespace " + namespace + ")"));
        return data.text(TOKEN).map(String::strip).filter(token -> !token.isEmpty())
                .orElseThrow(() -> new NotServableException(Reasons.SECRET_KEY_MISSING,
                        is + " (expected: a Secret with the key " + TOKEN + ")"));
    }
}
