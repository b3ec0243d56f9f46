package dev.penstock.dataplane.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Certificates and key of a server, from PEM files that are read again when they change, as when a certificate is renewed: new
 * connections get the new one. Files that cannot be read leave the one before in force. Any thread.
 */
public final class TlsCertificates {
    /** How often files are looked at. */
    static final Duration LOOK = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(TlsCertificates.class);

    private final Path certificate;
    private final Path key;
    private volatile Loaded loaded;
    private volatile String failed = "";

    private record Loaded(SslContext context, String stamp) {}

    /**
     * Reads the files.
     *
     * @param certificate certificates, that of the server first, PEM
     * @param key their private key, PEM (PKCS #8)
     * @throws IOException when they cannot be read or do not fit; the message names them
     */
    public static TlsCertificates read(Path certificate, Path key) throws IOException {
        return new TlsCertificates(certificate, key);
    }

    private TlsCertificates(Path certificate, Path key) throws IOException {
        this.certificate = certificate;
        this.key = key;
        loaded = load();
    }

    /** What a new connection gets; offers HTTP/2 and HTTP/1.1. */
    SslContext context() {
        return loaded.context();
    }

    /** Reads the files when they have changed. Blocks. */
    void look() {
        try {
            String stamp = stamp();
            if (!stamp.equals(loaded.stamp()) && !stamp.equals(failed)) {
                failed = stamp;
                loaded = load();
                LOG.atInfo().addKeyValue(LogKeys.FILE, certificate).log("Certificates were read again");
            }
        } catch (IOException e) {
            LOG.atWarn().addKeyValue(LogKeys.REASON, e.getMessage())
                    .log("Certificates cannot be read again, the ones before stay in force");
        }
    }

    private String stamp() throws IOException {
        StringBuilder stamp = new StringBuilder();
        for (Path file : new Path[]{certificate, key}) {
            // Secrets are mounted behind links, whose target changes.
            stamp.append(file.toRealPath()).append(' ').append(Files.getLastModifiedTime(file).toMillis()).append(' ')
                    .append(Files.size(file)).append('\n');
        }
        return stamp.toString();
    }

    private Loaded load() throws IOException {
        try {
            String stamp = stamp();
            SslContext context = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1))
                    .build();
            return new Loaded(context, stamp);
        } catch (IllegalArgumentException | IOException e) {
            String reason = e.getCause() == null ? e.toString() : e.getCause().getMessage();
            throw new IOException("certificate " + certificate + ", key " + key + ": " + reason
                    + " (expected: PEM files, certificates and a PKCS #8 key)", e);
        }
    }
}
