package dev.penstock.dataplane.app;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Durations;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.PullUrl;
import dev.penstock.dataplane.ingest.PullConfig;
import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;

/** Reads {@code spec.source.pull}, with the Secrets that it names. */
final class PullSettings {
    private PullSettings() {}

    /**
     * The sources of a stream. May block to read Secrets.
     *
     * @throws NotServableException when a Secret or one of its keys is missing
     */
    static PullConfig of(String namespace, dev.penstock.api.v1alpha1.PullSource pull, ResourceSource resources,
            Confine confine) {
        List<PullConfig.Source> sources = new ArrayList<>();
        for (int i = 0; i < pull.urls().size(); i++) {
            sources.add(source(namespace, pull.urls().get(i), "spec.source.pull.urls[" + i + "]", resources));
        }
        PullConfig.Order order = switch (pull.order()) {
            case PRIORITY -> PullConfig.Order.PRIORITY;
            case ROUND_ROBIN -> PullConfig.Order.ROUND_ROBIN;
            case SHUFFLE -> PullConfig.Order.SHUFFLE;
        };
        return new PullConfig(sources, order, Durations.parse(pull.connectTimeout()),
                Durations.parse(pull.stallTimeout()), confine);
    }

    private static PullConfig.Source source(String namespace, PullUrl url, String at, ResourceSource resources) {
        String username = null;
        String password = null;
        if (url.secretRef() != null) {
            String name = url.secretRef().name();
            SecretData secret = resources.secret(namespace, name).orElseThrow(() -> new NotServableException(
                    Reasons.SECRET_NOT_FOUND,
                    at + ".secretRef.name: " + name + " (expected: a Secret in namespace " + namespace + ")"));
            username = key(secret, "username");
            password = key(secret, "password");
            if (username == null || password == null) {
                throw new NotServableException(Reasons.SECRET_KEY_MISSING,
                        at + ".secretRef.name: " + name + " (expected: a Secret with the keys username and password)");
            }
        }
        List<String> command = url.command() == null ? List.of() : url.command();
        return new PullConfig.Source(url.url(), command, username, password, Boolean.TRUE.equals(url.loop()));
    }

    private static @Nullable String key(SecretData secret, String key) {
        return secret.text(key).map(String::strip).orElse(null);
    }
}
