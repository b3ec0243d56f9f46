package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.penstock.dataplane.ingest.srt.SrtConfig;

/** The flags that say where publishers are taken. */
final class PublishAddresses {
    private static final int RTMP_PORT = 1935;
    private static final int MIN_LATENCY = 20;
    private static final int MAX_LATENCY = 30_000;
    private static final String NONE = "none";

    @Option(names = "--rtmp", paramLabel = "PORT", description = "where RTMP publishers are taken: a port, address:port, or none (default: 1935 at the address of --http; any free port when that has port 0)")
    private @Nullable String rtmp;
    @Option(names = "--rtmps", paramLabel = "PORT", description = "where RTMPS publishers are taken: a port or address:port (default: nowhere)")
    private @Nullable String rtmps;
    @Option(names = "--https", paramLabel = "PORT", description = "where the same as at --http is served with TLS, by HTTP/2 and HTTP/1.1: a port or address:port (default: nowhere)")
    private @Nullable String https;
    @Option(names = "--tls-certificate", paramLabel = "FILE", description = "certificates for HTTPS and RTMPS, PEM; for HTTPS read again when the file changes")
    private @Nullable Path certificate;
    @Option(names = "--tls-key", paramLabel = "FILE", description = "their private key, PEM (PKCS #8)")
    private @Nullable Path key;
    @Option(names = "--srt", paramLabel = "PORT", description = "where SRT publishers are taken (UDP): a port, address:port, or none (default: 9710 at the address of --http, when libsrt is installed; any free port when that has port 0)")
    private @Nullable String srt;
    @Option(names = "--srt-latency", paramLabel = "MS", defaultValue = "120", description = "least time in milliseconds that lost SRT packets have to be sent again; the larger one of both sides counts (default: ${DEFAULT-VALUE})")
    private int srtLatency = 120;

    /**
     * What was asked for.
     *
     * @param rtmp null for no RTMP
     * @param isRtmpWanted a flag asks for it, so that it is an error when the address is taken
     * @param rtmps null for no RTMPS
     * @param https null for no HTTPS
     * @param certificate PEM; null without RTMPS and HTTPS
     * @param key PEM; null without RTMPS and HTTPS
     * @param srt null for no SRT
     */
    record Chosen(@Nullable InetSocketAddress rtmp, boolean isRtmpWanted, @Nullable InetSocketAddress rtmps,
            @Nullable InetSocketAddress https, @Nullable Path certificate, @Nullable Path key, @Nullable Srt srt) {
        Chosen {
            if ((rtmps != null || https != null) && (certificate == null || key == null)) {
                throw new IllegalArgumentException((https != null ? "--https" : "--rtmps")
                        + ": without certificate (expected: --tls-certificate FILE --tls-key FILE)");
            }
        }
    }

    /**
     * How SRT is taken.
     *
     * @param latencyMillis least time that a packet has to arrive
     * @param isWanted a flag asks for it, so that it is an error when there is no libsrt or the address is taken
     */
    record Srt(InetSocketAddress address, int latencyMillis, boolean isWanted) {}

    /**
     * Reads the flags.
     *
     * @param http where HTTP is served
     * @throws IllegalArgumentException when a flag cannot be what it says: flag, value and what was expected
     */
    Chosen chosen(InetSocketAddress http) {
        InetSocketAddress usual = at(http, http.getPort() == 0 ? 0 : RTMP_PORT);
        return new Chosen(address("--rtmp", rtmp, usual), rtmp != null, address("--rtmps", rtmps, null),
                address("--https", https, null), certificate, key, srt(http));
    }

    private @Nullable Srt srt(InetSocketAddress http) {
        if (srtLatency < MIN_LATENCY || srtLatency > MAX_LATENCY) {
            throw new IllegalArgumentException(
                    "--srt-latency: " + srtLatency + " (expected: milliseconds, " + MIN_LATENCY
                            + " to " + MAX_LATENCY + ")");
        }
        InetSocketAddress address = address("--srt", srt, at(http, http.getPort() == 0 ? 0 : SrtConfig.PORT));
        return address == null ? null : new Srt(address, srtLatency, srt != null);
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
