package dev.penstock.dataplane.ingest.http;

import java.net.URI;
import java.util.Optional;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.ClientTls;
import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * GETs a transport stream over HTTP/1.1 or HTTPS (certificates by the JDK's trust store, host name checked). Redirects are
 * followed to HTTP and HTTPS only; user and password go to the first host only. One owner: the event loop.
 */
public final class HttpInput implements Input {
    private static final int MAX_LINE = 4096;
    private static final int MAX_CHUNK = 64 * 1024;

    private final SourceUrl first;
    private final @Nullable String authorization;
    private final InputSettings settings;
    private final InputEvents events;
    private SourceUrl url;
    private @Nullable Dialer dialer;
    private int redirects;
    private boolean closed;

    /**
     * @param url http or https
     * @param authorization value of the Authorization header, or null for none
     */
    public HttpInput(SourceUrl url, @Nullable String authorization, InputSettings settings, InputEvents events) {
        this.first = url;
        this.url = url;
        this.authorization = authorization;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public void start() {
        ClientTls.prepare(url.scheme().equals("https"), settings, this::connect, this::fail);
    }

    private void connect(Optional<SslContext> tls) {
        if (closed) {
            return;
        }
        SourceUrl target = url;
        String credentials = target.isSameServer(first) ? authorization : null;
        dialer = new Dialer(settings, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                ClientTls.add(tls, channel, target, settings);
                channel.pipeline().addLast(
                        new HttpClientCodec(MAX_LINE, settings.maxHeaderBytes(), MAX_CHUNK, false),
                        new TsResponseHandler(target, credentials, events, HttpInput.this::redirect));
            }
        }, this::fail);
        dialer.dial(target.host(), target.connectPort());
    }

    @Override
    public void close() {
        closed = true;
        if (dialer != null) {
            dialer.close();
        }
    }

    /** Goes where a redirect says. */
    private void redirect(Optional<String> location, String status) {
        if (closed) {
            return;
        }
        if (dialer != null) {
            dialer.close();
        }
        if (location.isEmpty()) {
            fail("answered " + status + " without Location");
            return;
        }
        if (++redirects > settings.maxRedirects()) {
            fail("redirected more than " + settings.maxRedirects() + " times");
            return;
        }
        try {
            URI base = new URI(url.scheme(), null, url.host(), url.port(), "/", null, null).resolve(url.path());
            SourceUrl next = SourceUrl.parse(base.resolve(location.get().strip()).toString());
            if (!next.scheme().equals("http") && !next.scheme().equals("https")) {
                fail("redirected to " + next.remote() + " (expected: http or https)");
                return;
            }
            url = next;
            start();
        } catch (java.net.URISyntaxException | IllegalArgumentException e) {
            fail("redirected to something that is not a URL");
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.ended(url.remote() + (reason.startsWith("answered") || reason.startsWith("redirected") ? " " : ": ")
                    + reason, false);
        }
    }
}
