package dev.penstock.dataplane.ingest.input;

import org.jspecify.annotations.Nullable;

/**
 * A proxy that TCP goes through. It resolves the names of the sources: those may mean something only there.
 *
 * @param kind how it is spoken to
 * @param host its host
 * @param port its port
 * @param username null for none
 * @param password null for none. Never shown
 */
public record ProxyServer(Kind kind, String host, int port, @Nullable String username, @Nullable String password) {
    /** How a proxy is spoken to. */
    public enum Kind {
        /** HTTP CONNECT (RFC 9110 9.3.6). */
        HTTP,
        /** SOCKS 5 (RFC 1928, RFC 1929). */
        SOCKS5
    }

    /** The proxy for people. */
    @Override
    public String toString() {
        return (kind == Kind.HTTP ? "http" : "socks5") + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + port;
    }
}
