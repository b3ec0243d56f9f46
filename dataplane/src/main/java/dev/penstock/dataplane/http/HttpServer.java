package dev.penstock.dataplane.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Serves a router's routes by HTTP/1.1, and with TLS by HTTP/2 too, on one address. Started once, stopped once; the event loops belong to the caller,
 * who shuts them down after {@link #stop}.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Transport transport;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel listener;

    /**
     * Binds and serves from then on.
     *
     * @param transport event loops for connections
     * @param router the routes; read once
     * @param limits what clients may ask for
     * @param metrics counts what is served
     * @param clock wall clock, for the Date header
     * @param address where to listen; port 0 for any free one
     * @throws IOException when the address cannot be had
     */
    public static HttpServer start(Transport transport, Router router, HttpLimits limits, HttpMetrics metrics,
            InstantSource clock, InetSocketAddress address) throws IOException {
        return start(transport, router, limits, metrics, clock, address, Map.of());
    }

    /** As above, with headers that all answers have unless their handlers set them. */
    public static HttpServer start(Transport transport, Router router, HttpLimits limits, HttpMetrics metrics,
            InstantSource clock, InetSocketAddress address, Map<String, String> always) throws IOException {
        ConnectionHandler.ServerParts parts = new ConnectionHandler.ServerParts(new RouteTable(router, metrics),
                limits, metrics, new AnswerPlanner(clock, always));
        return new HttpServer(transport, parts, address, null);
    }

    /**
     * As above, with TLS: HTTP/2 for clients that ask for it by ALPN, else HTTP/1.1.
     *
     * @param listen where, with which certificates, and the headers that all answers have
     */
    public static HttpServer start(Transport transport, Router router, HttpLimits limits, HttpMetrics metrics,
            InstantSource clock, Secure listen) throws IOException {
        ConnectionHandler.ServerParts parts = new ConnectionHandler.ServerParts(new RouteTable(router, metrics),
                limits, metrics, new AnswerPlanner(clock, listen.always()));
        return new HttpServer(transport, parts, listen.address(), listen.certificates());
    }

    /**
     * Where a server with TLS listens.
     *
     * @param address port 0 for any free one
     * @param certificates looked at again every 10 s
     * @param always headers that all answers have unless their handlers set them
     */
    public record Secure(InetSocketAddress address, TlsCertificates certificates, Map<String, String> always) {}

    private HttpServer(Transport transport, ConnectionHandler.ServerParts parts, InetSocketAddress address,
            @Nullable TlsCertificates certificates) throws IOException {
        this.transport = transport;
        ChannelFuture bound = new ServerBootstrap().group(transport.group()).channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
                .childHandler(certificates == null
                        ? new HttpPipeline(parts, connections)
                        : new TlsPipeline(parts, connections, certificates))
                .bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        listener = bound.channel();
        if (certificates != null) {
            long period = TlsCertificates.LOOK.toMillis();
            Future<?> looks = listener.eventLoop().scheduleWithFixedDelay(
                    () -> Thread.ofVirtual().name("tls-look").start(certificates::look), period, period,
                    TimeUnit.MILLISECONDS);
            listener.closeFuture().addListener(closed -> looks.cancel(false));
        }
        LOG.atInfo().addKeyValue(LogKeys.ADDRESS, address().toString())
                .log(certificates == null ? "HTTP server listens" : "HTTPS server listens");
    }

    /** Where the server listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * Stops: no new connections, idle ones are closed, answers under way are finished; connections that are still open after
     * the grace period are cut, those that were taken over included.
     *
     * @param grace how long answers may take
     * @return done when no connection is left
     */
    public CompletableFuture<Void> stop(Duration grace) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        listener.close().addListener(closed -> {
            for (Channel connection : connections) {
                connection.eventLoop()
                        .execute(() -> connection.pipeline().fireUserEventTriggered(ConnectionEvent.STOP));
            }
            Future<?> cut = transport.group().next().schedule(() -> connections.close(), grace.toMillis(),
                    TimeUnit.MILLISECONDS);
            connections.newCloseFuture().addListener(done -> {
                cut.cancel(false);
                // The group is closed for good, so it also ends one that was accepted at the last moment.
                connections.close();
                stopped.complete(null);
            });
        });
        return stopped;
    }
}
