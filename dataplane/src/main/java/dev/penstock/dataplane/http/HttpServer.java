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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Serves a router's routes by HTTP/1.1 on one address. Started once, stopped once; the event loops belong to the caller,
 * who shuts them down after {@link #stop}.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final Transport transport;
    private final ConnectionHandler.ServerParts parts;
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
        return new HttpServer(transport, router, limits, metrics, new AnswerPlanner(clock, Map.of()), address);
    }

    /** As above, with headers that all answers have unless their handlers set them. */
    public static HttpServer start(Transport transport, Router router, HttpLimits limits, HttpMetrics metrics,
            InstantSource clock, InetSocketAddress address, Map<String, String> always) throws IOException {
        return new HttpServer(transport, router, limits, metrics, new AnswerPlanner(clock, always), address);
    }

    private HttpServer(Transport transport, Router router, HttpLimits limits, HttpMetrics metrics,
            AnswerPlanner planner, InetSocketAddress address) throws IOException {
        this.transport = transport;
        parts = new ConnectionHandler.ServerParts(new RouteTable(router, metrics), limits, metrics,
                planner);
        ChannelFuture bound = new ServerBootstrap().group(transport.group()).channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
                .childHandler(new HttpPipeline(parts, connections)).bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
        }
        listener = bound.channel();
        LOG.atInfo().addKeyValue(LogKeys.ADDRESS, address().toString()).log("HTTP server listens");
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
