package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where publishers are taken. */
final class PublishAddresses {
    private static final int RTMP_PORT = 1935;
    private static final String NONE = "none";

    @Option(names = "--rtmp", paramLabel = "PORT", description = "where RTMP publishers are taken: a port, address:port, or none (default: 1935 at the address of --http; any free port when that has port 0)")
    private @Nullable String rtmp;
    @Option(names = "--rtmps", paramLabel = "PORT", description = "where RTMPS publishers are taken: a port or address:port (default: nowhere)")
    private @Nullable String rtmps;
    @Option(names = "--tls-certificate", paramLabel = "FILE", description = "certificates for RTMPS, PEM")
    private @Nullable Path certificate;
    @Option(names = "--tls-key", paramLabel = "FILE", description = "their private key, PEM (PKCS #8)")
    private @Nullable Path key;

    /**
     * What was asked for.
     *
     * @param rtmp null for no RTMP
     * @param rtmps null for no RTMPS
     * @param certificate PEM; null without RTMPS
     * @param key PEM; null without RTMPS
     */
    record Chosen(@Nullable InetSocketAddress rtmp, @Nullable InetSocketAddress rtmps, @Nullable Path certificate,
            @Nullable Path key) {
        Chosen {
            if (rtmps != null && (certificate == null || key == null)) {
                throw new IllegalArgumentException(
                        "--rtmps: without certificate (expected: --tls-certificate FILE --tls-key FILE)");
            }
        }
    }

    /**
     * Reads the flags.
     *
     * @param http where HTTP is served
     * @throws IllegalArgumentException when a flag cannot be what it says: flag, value and what was expected
     */
    Chosen chosen(InetSocketAddress http) {
        InetSocketAddress usual = at(http, http.getPort() == 0 ? 0 : RTMP_PORT);
        return new Chosen(address("--rtmp", rtmp, usual), address("--rtmps", rtmps, null), certificate, key);
    }

    private static InetSocketAddress at(InetSocketAddress http, int port) {
        return http.getAddress() == null
                ? new InetSocketAddress(http.getHostString(), port)
                : new InetSocketAddress(http.getAddress(), port);
    }

    private static @Nullable InetSocketAddress address(String flag, @Nullable String text,
            @Nullable InetSocketAddress usual) {
        if (text == null || text.equals(NONE)) {
            return text == null ? usual : null;
        }
        try {
            return new ListenAddress().convert(text);
        } catch (picocli.CommandLine.TypeConversionException e) {
            throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
        }
    }
}
