package dev.penstock.dataplane.placement;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.AnswerBody;
import dev.penstock.dataplane.http.BodyFlow;
import dev.penstock.dataplane.http.BodySink;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/** One request on its way to another pod and back. On the exchange's event loop only. */
final class RelayedRequest implements PeerConnections.Leased, PeerHandler.Asker {
    /** Header of a relayed request: the pod that relays. */
    static final String RELAY = "Penstock-Relay";
    /** Belongs to one connection, not to the message (RFC 9110 7.6.1), or is said anew. */
    private static final Set<String> OF_CONNECTION = Set.of("connection", "keep-alive", "proxy-connection",
            "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "expect",
            "content-length", "penstock-relay", "x-forwarded-for");

    private final Exchange exchange;
    private final PeerConnections connections;
    private final PeerNames names;
    private final PlacementMetrics metrics;
    private final int ordinal;
    private @Nullable Channel channel;
    private @Nullable AnswerBody body;
    private @Nullable BodyFlow flow;
    private boolean bodyDue;
    private boolean used;
    private boolean gone;

    RelayedRequest(Exchange exchange, PeerConnections connections, PeerNames names, PlacementMetrics metrics,
            int ordinal) {
        this.exchange = exchange;
        this.connections = connections;
        this.names = names;
        this.metrics = metrics;
        this.ordinal = ordinal;
    }

    /** Sends it. */
    void start() {
        exchange.onClose(this::clientGone);
        if (!gone) {
            // A body cannot be sent twice: it goes on a connection that nobody is just closing.
            connections.lease(exchange.eventLoop(), ordinal, exchange.streams(), this);
        }
    }

    @Override
    public void ready(Channel leased, boolean before) {
        if (gone) {
            connections.giveBack(ordinal, leased);
            return;
        }
        channel = leased;
        used = before;
        PeerHandler peer = leased.pipeline().get(PeerHandler.class);
        if (exchange.streams()) {
            bodyDue = true;
            HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method(), exchange.target());
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            peer.askStreaming(withHeaders(head), this);
            flow = exchange.receive(new RelayedBody(leased));
        } else {
            peer.ask(request(), this);
        }
    }

    /** The request's body on its way to the other pod. */
    private final class RelayedBody implements BodySink {
        private final Channel to;

        RelayedBody(Channel to) {
            this.to = to;
        }

        @Override
        public void piece(ByteBuf piece) {
            to.writeAndFlush(new DefaultHttpContent(piece));
            BodyFlow holds = flow;
            if (!to.isWritable() && holds != null) {
                metrics.paused();
                holds.pause();
            }
        }

        @Override
        public void complete() {
            bodyDue = false;
            to.pipeline().get(PeerHandler.class).complete();
        }

        @Override
        public void broken(String reason) {
            // The owner must not take what came for the whole.
            clientGone();
        }
    }

    @Override
    public void writable() {
        BodyFlow held = flow;
        if (held != null) {
            held.resume();
        }
    }

    @Override
    public void failed(String reason, boolean tooMany) {
        if (tooMany) {
            metrics.refused();
        } else {
            metrics.failed();
        }
        answer503(reason);
    }

    private HttpMethod method() {
        return exchange.head() ? HttpMethod.HEAD : HttpMethod.valueOf(exchange.method());
    }

    private HttpRequest request() {
        ByteBuf content = exchange.body();
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method(), exchange.target(),
                content.retainedDuplicate());
        if (content.isReadable()) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
        }
        return withHeaders(request);
    }

    private HttpRequest withHeaders(HttpRequest request) {
        Set<String> dropped = new HashSet<>(OF_CONNECTION);
        exchange.header("Connection").ifPresent(named -> addNames(named, dropped));
        for (Map.Entry<String, String> header : exchange.requestHeaders()) {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                request.headers().add(header.getKey(), header.getValue());
            }
        }
        if (!request.headers().contains(HttpHeaderNames.HOST)) {
            request.headers().set(HttpHeaderNames.HOST, names.host(ordinal));
        }
        request.headers().set(RELAY, names.self());
        // The one address that is believed, instead of whatever anybody wrote before.
        request.headers().set("X-Forwarded-For", exchange.remoteAddress());
        return request;
    }

    @Override
    public void head(HttpResponse response, boolean endless) {
        metrics.relayed();
        Set<String> dropped = new HashSet<>(OF_CONNECTION);
        dropped.remove("content-length");
        addNames(response.headers().get(HttpHeaderNames.CONNECTION, ""), dropped);
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, String> header : response.headers()) {
            if (!dropped.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.merge(header.getKey(), header.getValue(), (a, b) -> a + ", " + b);
            }
        }
        if (endless && !exchange.head()) {
            headers.put("Connection", "close");
        }
        body = exchange.pass(response.status().code(), headers, this::clientTakesMore);
    }

    private static void addNames(String connection, Set<String> names) {
        for (String name : connection.split(",")) {
            names.add(name.strip().toLowerCase(Locale.ROOT));
        }
    }

    @Override
    public void piece(HttpContent content) {
        body.write(content.content().retain());
    }

    @Override
    public void flush() {
        body.flush();
    }

    @Override
    public boolean takesMore() {
        return body.isWritable();
    }

    private void clientTakesMore() {
        if (channel != null) {
            channel.pipeline().get(PeerHandler.class).resume();
        }
    }

    @Override
    public void ended(boolean reusable) {
        Channel done = channel;
        channel = null;
        if (reusable && !bodyDue) {
            connections.giveBack(ordinal, done);
        } else {
            done.close();
        }
        body.end();
    }

    @Override
    public void broken(boolean begun, String reason) {
        channel = null;
        if (begun) {
            metrics.failed();
            body.abort();
        } else if (used && !gone && exchange.method().equals("GET")) {
            // It was being closed while the request was on its way (RFC 9112 9.3.1): once more, on a new one.
            connections.lease(exchange.eventLoop(), ordinal, true, this);
        } else if (!gone) {
            failed(reason, false);
        }
    }

    private void clientGone() {
        gone = true;
        Channel leased = channel;
        channel = null;
        if (leased != null) {
            leased.pipeline().get(PeerHandler.class).abandon();
        }
    }

    private void answer503(String reason) {
        if (!gone) {
            exchange.fail(new HttpError(503,
                    "pod " + names.pod(ordinal) + ", which serves this: " + reason + "; try again",
                    Map.of("Retry-After", "1")));
        }
    }
}
