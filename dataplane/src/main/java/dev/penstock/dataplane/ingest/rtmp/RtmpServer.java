package dev.penstock.dataplane.ingest.rtmp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.ingest.push.PublishGate;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Takes publishers by RTMP or RTMPS on one address. Started once, stopped once; the event loops belong to the caller, who shuts them down
 * after {@link #stop}.
 */
public final class RtmpServer {
    private static final Logger LOG = LoggerFactory.getLogger(RtmpServer.class);

    private final Transport transport;
    private final ServerSession.Shared shared;
    private final @Nullable SslContext tls;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel listener;

    /**
     * Where and how a server listens.
     *
     * @param address where; port 0 for any free one
     * @param tls certificate and key; null for RTMP without TLS
     * @param relayPort port at which other pods take RTMP; 0 for that of {@code address}
     */
    public record Listen(InetSocketAddress address, @Nullable SslContext tls, int relayPort) {}

    /**
     * Binds and serves from then on.
     *
     * @throws IOException when the address cannot be had
     */
    public static RtmpServer start(Transport transport, Listen listen, PublishGate gate, RtmpLimits limits,
            RtmpMetrics metrics) throws IOException {
        return new RtmpServer(transport, listen, gate, limits, metrics);
    }

    private RtmpServer(Transport transport, Listen listen, PublishGate gate, RtmpLimits limits, RtmpMetrics metrics)
            throws IOException {
        this.transport = transport;
        this.tls = listen.tls();
        int relayPort = listen.relayPort() == 0 ? listen.address().getPort() : listen.relayPort();
        shared = new ServerSession.Shared(tls == null ? "rtmp" : "rtmps", gate, limits, metrics, relayPort,
                new LogPace());
        ChannelFuture bound = new ServerBootstrap().group(transport.group()).channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(16 << 10, 64 << 10))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                }).bind(listen.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen on " + listen.address() + ": " + bound.cause().getMessage(),
                    bound.cause());
        }
        listener = bound.channel();
        LOG.atInfo().addKeyValue(LogKeys.ADDRESS, address().toString())
                .log(tls == null ? "RTMP server listens" : "RTMPS server listens");
    }

    private void accept(Channel channel) {
        RtmpMetrics metrics = shared.metrics();
        int open = metrics.connected();
        channel.closeFuture().addListener(closed -> metrics.disconnected());
        if (open > shared.limits().connections()) {
            metrics.ended(RtmpMetrics.End.FULL);
            channel.close();
            return;
        }
        connections.add(channel);
        if (tls != null) {
            SslHandler handler = tls.newHandler(channel.alloc());
            handler.setHandshakeTimeoutMillis(shared.limits().handshakeTimeout().toMillis());
            channel.pipeline().addLast(handler);
        }
        channel.pipeline().addLast(new RtmpWire(true, shared.limits(),
                new ServerSession(shared, (InetSocketAddress) channel.remoteAddress())));
    }

    /** Where the server listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    private static void leave(Channel channel) {
        RtmpWire wire = channel.pipeline().get(RtmpWire.class);
        if (wire == null) {
            channel.close();
        } else {
            wire.leave();
        }
    }

    /**
     * Stops: no new connections, and those that are there are closed, which the streams hear. Publishers that obey a reconnect request
     * get one, and half of the grace to go by themselves: one that is told goes on elsewhere at once.
     *
     * @param grace longest time for that
     * @return done when no connection is left
     */
    public CompletableFuture<Void> stop(Duration grace) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        listener.close().addListener(closed -> {
            Future<?> late = transport.group().next().schedule(() -> stopped.complete(null), grace.toMillis(),
                    TimeUnit.MILLISECONDS);
            Future<?> patience = transport.group().next().schedule(() -> connections.close(), grace.toMillis() / 2,
                    TimeUnit.MILLISECONDS);
            connections.forEach(channel -> channel.eventLoop().execute(() -> leave(channel)));
            connections.newCloseFuture().addListener(done -> {
                late.cancel(false);
                patience.cancel(false);
                // The group is closed for good, so it also ends one that was accepted at the last moment.
                connections.close();
                stopped.complete(null);
            });
        });
        return stopped;
    }
}
