package dev.penstock.dataplane.ingest.hls;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.ClientTls;
import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * GETs one resource after the other over HTTP/1.1 or HTTPS, on a connection that is kept while the server keeps it and the host stays
 * the same. Redirects are followed to HTTP and HTTPS only; credentials go to the host of the first URL only. One owner: the event
 * loop.
 */
final class Fetcher {
    private static final int MAX_LINE = 4096;
    private static final int MAX_CHUNK = 64 * 1024;

    private final SourceUrl first;
    private final @Nullable String authorization;
    private final InputSettings settings;
    private final HlsLimits limits;
    private Optional<SslContext> tls = Optional.empty();
    private @Nullable Dialer dialer;
    private @Nullable Connection open;
    private @Nullable Exchange current;
    private boolean paused;
    private boolean closed;

    /** Hears one answer: bytes, then one of the others. On the event loop. */
    interface Answer {
        /** A part of the body; ownership passes. */
        void bytes(ByteBuf bytes);

        /**
         * The body is complete.
         *
         * @param from where it came from, behind all redirects
         */
        void complete(SourceUrl from);

        /** There is none, or it broke off; one line that begins with the URL for people. */
        void failed(String reason);
    }

    /**
     * What to get.
     *
     * @param range the part of the resource, or empty
     * @param packed whether the server may pack it
     * @param maxBytes most bytes of the body, unpacked
     */
    record Request(SourceUrl url, Optional<Playlist.Range> range, boolean packed, long maxBytes) {
        Request to(SourceUrl other) {
            return new Request(other, range, packed, maxBytes);
        }
    }

    /** A request under way. */
    private static final class Exchange {
        private Request request;
        private final Answer answer;
        private int redirects;
        private long received;
        private boolean reused;
        private long heardNanos;
        private @Nullable Future<?> watch;

        Exchange(Request request, Answer answer) {
            this.request = request;
            this.answer = answer;
        }
    }

    /** A connection that is up. */
    private record Connection(Channel channel, SourceUrl server) {}

    /**
     * @param first whose host gets the credentials
     * @param authorization value of the Authorization header, or null for none
     */
    Fetcher(SourceUrl first, @Nullable String authorization, InputSettings settings, HlsLimits limits) {
        this.first = first;
        this.authorization = authorization;
        this.settings = settings;
        this.limits = limits;
    }

    /** Gets a resource; the one before is over. */
    void get(Request request, Answer answer) {
        if (current != null) {
            throw new IllegalStateException("busy");
        }
        Exchange exchange = new Exchange(request, answer);
        current = exchange;
        exchange.heardNanos = now();
        exchange.watch = settings.loop().schedule(() -> watch(exchange), limits.silence().toMillis(),
                TimeUnit.MILLISECONDS);
        send(exchange);
    }

    /** Whether a resource is on its way. */
    boolean isBusy() {
        return current != null;
    }

    /** Stops to read, and so makes the server wait, or goes on. */
    void pause(boolean pause) {
        if (paused == pause) {
            return;
        }
        paused = pause;
        Exchange exchange = current;
        if (exchange != null) {
            exchange.heardNanos = now();
        }
        if (open != null) {
            open.channel().config().setAutoRead(!pause);
        }
    }

    /** Ends what is under way without a word. */
    void close() {
        closed = true;
        over();
        disconnect();
    }

    private void send(Exchange exchange) {
        Connection connection = open;
        if (connection != null && connection.server().isSameServer(exchange.request.url())
                && connection.channel().isActive()) {
            exchange.reused = true;
            FetchHandler.send(connection.channel(), exchange.request, authorizationOf(exchange.request));
            return;
        }
        disconnect();
        exchange.reused = false;
        if (exchange.request.url().scheme().equals("https") && tls.isEmpty()) {
            ClientTls.prepare(true, settings, context -> {
                tls = context;
                dial(exchange);
            }, reason -> fail(exchange, ": " + reason));
        } else {
            dial(exchange);
        }
    }

    private void dial(Exchange exchange) {
        if (closed || exchange != current) {
            return;
        }
        Request request = exchange.request;
        Optional<SslContext> context = tls.filter(made -> request.url().scheme().equals("https"));
        Dialer dial = new Dialer(settings, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                ClientTls.add(context, channel, request.url(), settings);
                channel.pipeline().addLast(
                        new HttpClientCodec(MAX_LINE, settings.maxHeaderBytes(), MAX_CHUNK, false),
                        new HttpContentDecompressor(false, limits.playlistBytes()),
                        new FetchHandler(new Events(channel)));
            }
        }, reason -> fail(exchange, ": " + reason));
        dialer = dial;
        dial.dial(request.url().host(), request.url().connectPort());
    }

    /** What happens on one connection; ignored when it is not the one in use any more. */
    private final class Events implements FetchHandler.Events {
        private final Channel channel;

        Events(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void connected() {
            Exchange exchange = current;
            if (closed || exchange == null) {
                channel.close();
                return;
            }
            open = new Connection(channel, exchange.request.url());
            channel.config().setAutoRead(!paused);
            FetchHandler.send(channel, exchange.request, authorizationOf(exchange.request));
        }

        @Override
        public void redirected(Optional<String> location, String status) {
            Exchange exchange = mine();
            if (exchange != null) {
                redirect(exchange, location, status);
            }
        }

        @Override
        public Optional<Playlist.Range> range() {
            Exchange exchange = mine();
            return exchange == null ? Optional.empty() : exchange.request.range();
        }

        @Override
        public void bytes(ByteBuf bytes) {
            Exchange exchange = mine();
            if (exchange == null) {
                bytes.release();
                return;
            }
            exchange.heardNanos = now();
            exchange.received += bytes.readableBytes();
            if (exchange.received > exchange.request.maxBytes()) {
                bytes.release();
                fail(exchange, " is larger than " + exchange.request.maxBytes() + " bytes");
                return;
            }
            exchange.answer.bytes(bytes);
        }

        @Override
        public void complete(boolean keep) {
            Exchange exchange = mine();
            if (exchange == null) {
                return;
            }
            if (!keep) {
                disconnect();
            }
            over();
            exchange.answer.complete(exchange.request.url());
        }

        @Override
        public void failed(String reason, boolean answered) {
            Exchange exchange = mine();
            if (exchange == null) {
                if (open != null && open.channel().equals(channel)) {
                    disconnect();
                }
            } else if (exchange.reused && !answered) {
                // The server had closed the kept connection before it saw the request.
                disconnect();
                send(exchange);
            } else {
                fail(exchange, reason);
            }
        }

        private @Nullable Exchange mine() {
            return open != null && open.channel().equals(channel) ? current : null;
        }
    }

    private void redirect(Exchange exchange, Optional<String> location, String status) {
        disconnect();
        if (location.isEmpty()) {
            fail(exchange, " answered " + status + " without Location");
        } else if (++exchange.redirects > settings.maxRedirects()) {
            fail(exchange, " redirected more than " + settings.maxRedirects() + " times");
        } else {
            Optional<SourceUrl> next = resolve(exchange.request.url(), location.get());
            if (next.isEmpty()) {
                fail(exchange, " redirected to something that is no http or https URL");
            } else {
                exchange.request = exchange.request.to(next.get());
                send(exchange);
            }
        }
    }

    private void watch(Exchange exchange) {
        if (exchange != current) {
            return;
        }
        long left = limits.silence().toNanos() - (now() - exchange.heardNanos);
        if (left <= 0 && !paused) {
            fail(exchange, ": no answer for " + limits.silence().toSeconds() + "s");
            return;
        }
        exchange.watch = settings.loop().schedule(() -> watch(exchange),
                Math.max(paused ? limits.silence().toNanos() : left, 1_000_000), TimeUnit.NANOSECONDS);
    }

    private void fail(Exchange exchange, String reason) {
        if (closed || exchange != current) {
            return;
        }
        disconnect();
        over();
        exchange.answer.failed(exchange.request.url().remote() + reason);
    }

    private void over() {
        Exchange exchange = current;
        current = null;
        if (exchange != null && exchange.watch != null) {
            exchange.watch.cancel(false);
        }
    }

    private void disconnect() {
        open = null;
        Dialer dial = dialer;
        dialer = null;
        if (dial != null) {
            dial.close();
        }
    }

    private @Nullable String authorizationOf(Request request) {
        return request.url().isSameServer(first) ? authorization : null;
    }

    private long now() {
        return settings.loop().ticker().nanoTime();
    }

    /** Where a reference leads to; empty when that is not HTTP or HTTPS. */
    static Optional<SourceUrl> resolve(SourceUrl base, String reference) {
        try {
            URI uri = new URI(
                    base.scheme() + "://" + base.authority() + base.path()
                            + (base.rawQuery().isEmpty() ? "" : "?" + base.rawQuery()));
            SourceUrl next = SourceUrl.parse(uri.resolve(new URI(reference.strip())).toString());
            return (next.scheme().equals("http") || next.scheme().equals("https")) && !next.host().isEmpty()
                    ? Optional.of(next)
                    : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
