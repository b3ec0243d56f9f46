package dev.penstock.dataplane.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.Durations;
import dev.penstock.api.NameRef;
import dev.penstock.api.Quantities;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.PullSource;
import dev.penstock.api.v1alpha1.PullUrl;
import dev.penstock.dataplane.ingest.PullConfig;
import dev.penstock.dataplane.ingest.input.Confine;
import dev.penstock.dataplane.ingest.input.ProxyServer;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;

/** Reads {@code spec.source.pull}, with the Secrets that it names. */
final class PullSettings {
    private PullSettings() {}

    /**
     * The sources of a stream. May block to read Secrets.
     *
     * @param audio what becomes of audio that players cannot play
     * @throws NotServableException when a Secret or one of its keys is missing
     */
    static PullConfig of(String namespace, PullSource pull, LiveStreamSpec.Audio audio,
            ResourceSource resources, Confine confine) {
        List<PullConfig.Source> sources = new ArrayList<>();
        for (int i = 0; i < pull.urls().size(); i++) {
            sources.add(source(namespace, pull.urls().get(i), "spec.source.pull.urls[" + i + "]", audio,
                    resources));
        }
        PullConfig.Order order = switch (pull.order()) {
            case PRIORITY -> PullConfig.Order.PRIORITY;
            case ROUND_ROBIN -> PullConfig.Order.ROUND_ROBIN;
            case SHUFFLE -> PullConfig.Order.SHUFFLE;
        };
        PullConfig.Failover failover = new PullConfig.Failover(Durations.parse(pull.failBackAfter()),
                pull.minBitrate() == null ? 0 : Quantities.parse(pull.minBitrate()),
                Boolean.TRUE.equals(pull.warmStandby()));
        return new PullConfig(sources, order, Durations.parse(pull.connectTimeout()),
                Durations.parse(pull.stallTimeout()), confine, failover, proxy(namespace, pull.proxy(), resources));
    }

    /** Names of the Secrets that a stream's sources need. */
    static Set<String> secrets(LiveStream stream) {
        PullSource pull = stream.getSpec().source().pull();
        Set<String> names = new TreeSet<>();
        if (pull != null) {
            pull.urls().stream().map(PullUrl::secretRef).filter(Objects::nonNull).forEach(ref -> names.add(ref.name()));
            if (pull.proxy() != null && pull.proxy().secretRef() != null) {
                names.add(pull.proxy().secretRef().name());
            }
        }
        return names;
    }

    private static @Nullable ProxyServer proxy(String namespace, PullSource.@Nullable Proxy proxy,
            ResourceSource resources) {
        if (proxy == null) {
            return null;
        }
        String at = "spec.source.pull.proxy";
        SourceUrl url;
        try {
            url = SourceUrl.parse(proxy.url());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(at + ".url: " + e.getMessage(), e);
        }
        if (url.port() < 0) {
            throw new IllegalArgumentException(at + ".url: " + url + " has no port (expected: " + url.scheme()
                    + "://host:port)");
        }
        Login login = login(namespace, proxy.secretRef(), at, resources);
        return new ProxyServer(url.scheme().equals("http") ? ProxyServer.Kind.HTTP : ProxyServer.Kind.SOCKS5,
                url.host(), url.port(), login.username(), login.password());
    }

    /** User and password; both or neither. */
    private record Login(@Nullable String username, @Nullable String password) {}

    private static @Nullable String passphrase(String namespace, @Nullable NameRef ref, String at,
            ResourceSource resources) {
        if (ref == null) {
            return null;
        }
        String passphrase = key(secret(namespace, ref, at, resources), "passphrase");
        if (passphrase == null) {
            throw new NotServableException(Reasons.SECRET_KEY_MISSING,
                    at + ".secretRef.name: " + ref.name() + " (expected: a Secret with the key passphrase)");
        }
        return passphrase;
    }

    private static SecretData secret(String namespace, NameRef ref, String at, ResourceSource resources) {
        return resources.secret(namespace, ref.name()).orElseThrow(() -> new NotServableException(
                Reasons.SECRET_NOT_FOUND,
                at + ".secretRef.name: " + ref.name() + " (expected: a Secret in namespace " + namespace + ")"));
    }

    private static Login login(String namespace, @Nullable NameRef ref, String at, ResourceSource resources) {
        if (ref == null) {
            return new Login(null, null);
        }
        String name = ref.name();
        SecretData secret = secret(namespace, ref, at, resources);
        String username = key(secret, "username");
        String password = key(secret, "password");
        if (username == null || password == null) {
            throw new NotServableException(Reasons.SECRET_KEY_MISSING,
                    at + ".secretRef.name: " + name + " (expected: a Secret with the keys username and password)");
        }
        return new Login(username, password);
    }

    private static PullConfig.Source source(String namespace, PullUrl url, String at, LiveStreamSpec.Audio audio,
            ResourceSource resources) {
        boolean isSrt = url.url() != null && url.url().startsWith("srt:");
        Login login = isSrt
                ? new Login(null, passphrase(namespace, url.secretRef(), at, resources))
                : login(namespace, url.secretRef(), at, resources);
        List<String> command = url.command() == null ? List.of() : url.command();
        PullConfig.Rtsp rtsp = new PullConfig.Rtsp(url.rtspTransport() == PullUrl.RtspTransport.UDP,
                audio == LiveStreamSpec.Audio.DROP);
        return new PullConfig.Source(url.url(), command, login.username(), login.password(),
                Boolean.TRUE.equals(url.loop()), rtsp);
    }

    private static @Nullable String key(SecretData secret, String key) {
        return secret.text(key).map(String::strip).orElse(null);
    }
}
