package dev.penstock.operator.resolve;

import java.util.Optional;

import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewaySpec;
import dev.penstock.api.v1alpha1.MediaGatewayStatus;
import dev.penstock.api.v1alpha1.MediaPool;

/** Under which URL a pool is reached. */
public final class BaseUrls {
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
        return gateway.flatMap(BaseUrls::of).orElseGet(() -> "http://" + pool.getMetadata().getName() + "."
                + pool.getMetadata().getNamespace() + ".svc." + clusterDomain);
    }

    /** The URL of a gateway: by its host, else what its status says, if anything. */
    public static Optional<String> of(MediaGateway gateway) {
        String host = gateway.getSpec().host();
        return host != null
                ? Optional.of(of(gateway, host))
                : Optional.ofNullable(gateway.getStatus()).map(MediaGatewayStatus::url);
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
