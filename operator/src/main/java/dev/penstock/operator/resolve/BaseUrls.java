package dev.penstock.operator.resolve;

import java.net.URI;
import java.util.Optional;

import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewaySpec;
import dev.penstock.api.v1alpha1.MediaGatewayStatus;
import dev.penstock.api.v1alpha1.MediaPool;

/** Under which URL a pool is reached. */
public final class BaseUrls {
    /** The port that rtmp URLs mean when they name none. */
    private static final int RTMP_PORT = 1935;

    private BaseUrls() {}

    /**
     * The pool's own public URL, else its gateway's, else its Service inside the cluster; without a slash at the end.
     *
     * @param pool the pool
     * @param gateway the gateway that it names, if it is there
     * @param clusterDomain DNS domain of the cluster
     */
    public static String of(MediaPool pool, Optional<MediaGateway> gateway, String clusterDomain) {
        String own = pool.getSpec().publicUrl();
        if (own != null) {
            return own.replaceFirst("/+$", "");
        }
        return gateway.flatMap(BaseUrls::of).orElseGet(() -> "http://" + service(pool, clusterDomain));
    }

    /** The URL of a gateway: by its host, else what its status says, if anything. */
    public static Optional<String> of(MediaGateway gateway) {
        String host = gateway.getSpec().host();
        return host != null
                ? Optional.of(of(gateway, host))
                : Optional.ofNullable(gateway.getStatus()).map(MediaGatewayStatus::url);
    }

    /**
     * Where RTMP publishers connect to: the gateway, when it carries RTMP, or the pool's Service inside the cluster; without a slash
     * at the end. Nothing when only the pool's owner knows.
     */
    public static Optional<String> rtmp(MediaPool pool, Optional<MediaGateway> gateway, String clusterDomain) {
        if (gateway.isEmpty()) {
            return pool.getSpec().publicUrl() == null
                    ? Optional.of("rtmp://" + service(pool, clusterDomain))
                    : Optional.empty();
        }
        MediaGatewaySpec spec = gateway.get().getSpec();
        if (spec.provider() != MediaGatewaySpec.Provider.MANAGED) {
            return Optional.empty();
        }
        int port = spec.ports().rtmp();
        return gateway.flatMap(BaseUrls::of).map(url -> (spec.tls() == null ? "rtmp://" : "rtmps://")
                + URI.create(url).getHost() + (port == RTMP_PORT && spec.tls() == null ? "" : ":" + port));
    }

    /** DNS name of a pool's Service inside the cluster. */
    public static String service(MediaPool pool, String clusterDomain) {
        return pool.getMetadata().getName() + "." + pool.getMetadata().getNamespace() + ".svc." + clusterDomain;
    }

    /** The URL of a gateway under some host or address. */
    public static String of(MediaGateway gateway, String host) {
        MediaGatewaySpec spec = gateway.getSpec();
        boolean isSecure = spec.tls() != null;
        int port = isSecure ? spec.ports().https() : spec.ports().http();
        boolean isUsual = port == (isSecure ? 443 : 80);
        return (isSecure ? "https://" : "http://") + host + (isUsual ? "" : ":" + port);
    }
}
