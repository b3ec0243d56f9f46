package dev.penstock.dataplane.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.ingest.rtmp.RtmpLimits;
import dev.penstock.dataplane.ingest.rtmp.RtmpMetrics;
import dev.penstock.dataplane.ingest.rtmp.RtmpServer;
import dev.penstock.dataplane.ingest.srt.SrtConfig;
import dev.penstock.dataplane.ingest.srt.SrtListener;
import dev.penstock.dataplane.ingest.srt.SrtMetrics;
import dev.penstock.dataplane.ingest.srt.SrtUnavailableException;
import dev.penstock.dataplane.telemetry.LogKeys;

/** The servers that publishers come to. Started once, stopped once. */
final class PublishListeners {
    private static final int RELAY_PORT = 1935;

    private static final Logger LOG = LoggerFactory.getLogger(PublishListeners.class);

    private final List<RtmpServer> servers = new ArrayList<>();
    private @Nullable SrtListener srt;

    private PublishListeners() {}

    /**
     * Listens wherever the flags say.
     *
     * @throws IOException when an address or a certificate cannot be had; the message names the flag
     */
    static PublishListeners start(Transport transport, PublishAddresses.Chosen chosen, PublishGate gate,
            MeterRegistry registry) throws IOException {
        PublishListeners listeners = new PublishListeners();
        RtmpMetrics metrics = new RtmpMetrics(registry);
        InetSocketAddress rtmp = chosen.rtmp();
        int relayPort = rtmp == null ? RELAY_PORT : rtmp.getPort();
        try {
            if (rtmp != null) {
                listeners.rtmp(transport, chosen, new RtmpServer.Listen(rtmp, null, relayPort), gate, metrics);
            }
            InetSocketAddress rtmps = chosen.rtmps();
            Path certificate = chosen.certificate();
            Path key = chosen.key();
            if (rtmps != null && certificate != null && key != null) {
                listeners.servers.add(start(transport, "--rtmps",
                        new RtmpServer.Listen(rtmps, tls(certificate, key), relayPort), gate, metrics));
            }
            PublishAddresses.Srt srt = chosen.srt();
            if (srt != null) {
                listeners.srt = start(srt, gate, new SrtMetrics(registry));
            }
        } catch (IOException e) {
            listeners.stop(Duration.ZERO);
            throw e;
        }
        return listeners;
    }

    /** The usual port may be somebody else's: then there is no RTMP, unless it was asked for. */
    private void rtmp(Transport transport, PublishAddresses.Chosen chosen, RtmpServer.Listen listen, PublishGate gate,
            RtmpMetrics metrics) throws IOException {
        try {
            servers.add(start(transport, "--rtmp", listen, gate, metrics));
        } catch (IOException e) {
            if (chosen.isRtmpWanted()) {
                throw e;
            }
            LOG.atWarn().addKeyValue(LogKeys.REASON, e.getMessage()).log("RTMP publishers are not taken");
        }
    }

    private static @Nullable SrtListener start(PublishAddresses.Srt chosen, PublishGate gate, SrtMetrics metrics)
            throws IOException {
        int port = chosen.address().getPort();
        SrtConfig config = SrtConfig.of(chosen.address(), port == 0 ? SrtConfig.PORT : port,
                Duration.ofMillis(chosen.latencyMillis()));
        try {
            SrtListener listener = SrtListener.start(config, gate, metrics);
            LOG.atInfo().addKeyValue(LogKeys.ADDRESS, listener.address().getPort()).log("SRT publishers are taken");
            return listener;
        } catch (SrtUnavailableException e) {
            if (chosen.isWanted()) {
                throw new IOException("--srt: " + e.getMessage(), e);
            }
            LOG.atInfo().addKeyValue(LogKeys.REASON, e.getMessage()).log("SRT publishers are not taken");
            return null;
        } catch (IOException e) {
            String reason = "--srt: " + e.getMessage() + " (expected: a free address, or none)";
            if (chosen.isWanted()) {
                throw new IOException(reason, e);
            }
            LOG.atWarn().addKeyValue(LogKeys.REASON, reason).log("SRT publishers are not taken");
            return null;
        }
    }

    private static RtmpServer start(Transport transport, String flag, RtmpServer.Listen listen, PublishGate gate,
            RtmpMetrics metrics) throws IOException {
        try {
            return RtmpServer.start(transport, listen, gate, RtmpLimits.DEFAULTS, metrics);
        } catch (IOException e) {
            throw new IOException(flag + ": " + e.getMessage() + " (expected: a free address, or none)", e);
        }
    }

    private static SslContext tls(Path certificate, Path key) throws IOException {
        try {
            return SslContextBuilder.forServer(certificate.toFile(), key.toFile()).sslProvider(SslProvider.JDK).build();
        } catch (IllegalArgumentException | IOException e) {
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new IOException("--tls-certificate " + certificate + ", --tls-key " + key + ": " + reason
                    + " (expected: PEM files, certificates and a PKCS #8 key)", e);
        }
    }

    /** Where RTMP is taken; null when it is not. */
    @Nullable
    InetSocketAddress rtmp() {
        return servers.isEmpty() ? null : servers.getFirst().address();
    }

    /** Where SRT is taken; null when it is not. */
    @Nullable
    InetSocketAddress srt() {
        return srt == null ? null : srt.address();
    }

    /** Takes no more publishers, and lets go of those that are there; done when they are gone. */
    CompletableFuture<Void> stop(Duration grace) {
        if (srt != null) {
            srt.close();
        }
        return CompletableFuture
                .allOf(servers.stream().map(server -> server.stop(grace)).toArray(CompletableFuture<?>[]::new));
    }
}
