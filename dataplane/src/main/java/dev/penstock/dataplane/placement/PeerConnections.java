package dev.penstock.dataplane.placement;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Transport;

/**
 * Connections to the other pods. A connection belongs to the event loop that asked for it, which alone uses it and takes it
 * back; so a request's two ends are always on one thread.
 */
final class PeerConnections {
    private static final int LINE_BYTES = 4 << 10;
    private static final int HEADER_BYTES = 32 << 10;
    private static final int CHUNK_BYTES = 64 << 10;

    private final Transport transport;
    private final PeerNames names;
    private final RelayLimits limits;
    private final PlacementMetrics metrics;
    private final PeerAddresses addresses;
    private final Map<Integer, Peer> peers = new ConcurrentHashMap<>();

    /** Connections to one pod. */
    private static final class Peer {
        private final AtomicInteger open = new AtomicInteger();
        private final Map<EventLoop, Deque<Channel>> idle = new ConcurrentHashMap<>();
    }

    /** Hears of a connection, on the event loop. */
    interface Leased {
        /** @param used whether it has served before, so that the other end may just be closing it */
        void ready(Channel channel, boolean used);

        /** @param reason why there is none, for people */
        void failed(String reason, boolean tooMany);
    }

    PeerConnections(Transport transport, PeerNames names, RelayLimits limits, PlacementMetrics metrics,
            PeerAddresses addresses) {
        this.transport = transport;
        this.names = names;
        this.limits = limits;
        this.metrics = metrics;
        this.addresses = addresses;
    }

    /**
     * Finds or makes a connection to a pod. On the event loop.
     *
     * @param fresh whether one that has served before will not do
     */
    void lease(EventLoop loop, int ordinal, boolean fresh, Leased leased) {
        Peer peer = peers.computeIfAbsent(ordinal, number -> new Peer());
        Deque<Channel> idle = peer.idle.computeIfAbsent(loop, key -> new ArrayDeque<>());
        for (Channel channel = fresh ? null : idle.pollLast(); channel != null; channel = idle.pollLast()) {
            if (channel.isActive()) {
                leased.ready(channel, true);
                return;
            }
        }
        if (peer.open.incrementAndGet() > limits.connectionsPerPeer()) {
            peer.open.decrementAndGet();
            leased.failed("too many connections to it (expected: at most " + limits.connectionsPerPeer() + ")", true);
            return;
        }
        metrics.opened();
        addresses.find(names.host(ordinal)).whenComplete((address, failure) -> hand(loop, () -> {
            if (failure == null) {
                connect(loop, peer, address, leased);
            } else {
                closed(peer);
                leased.failed(failure instanceof PeerException ? failure.getMessage() : "its name is not found", false);
            }
        }));
    }

    /** Takes a connection back for the next request. On its event loop. */
    void giveBack(int ordinal, Channel channel) {
        Peer peer = peers.get(ordinal);
        Deque<Channel> idle = peer == null ? null : peer.idle.get(channel.eventLoop());
        if (idle == null || !channel.isActive() || idle.size() >= limits.idlePerLoop()) {
            channel.close();
            return;
        }
        idle.addLast(channel);
    }

    private static void hand(EventLoop loop, Runnable next) {
        try {
            loop.execute(next);
        } catch (RejectedExecutionException e) {
            // The process ends: nobody is left to hear.
            return;
        }
    }

    private void connect(EventLoop loop, Peer peer, InetAddress address, Leased leased) {
        Bootstrap bootstrap = new Bootstrap().group(loop).channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(LINE_BYTES, HEADER_BYTES, CHUNK_BYTES))
                                .addLast(new PeerHandler(limits, metrics));
                    }
                });
        if (transport.socketChannel() == EpollSocketChannel.class) {
            // A node that is gone says nothing: an endless stream would wait for it for hours.
            bootstrap.option(EpollChannelOption.TCP_KEEPIDLE, 5).option(EpollChannelOption.TCP_KEEPINTVL, 3)
                    .option(EpollChannelOption.TCP_KEEPCNT, 3);
        }
        ChannelFuture connecting = bootstrap.connect(new InetSocketAddress(address, names.port()));
        Channel channel = connecting.channel();
        channel.closeFuture().addListener(done -> {
            closed(peer);
            @Nullable
            Deque<Channel> idle = peer.idle.get(loop);
            if (idle != null) {
                idle.remove(channel);
            }
        });
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                leased.ready(channel, false);
            } else {
                leased.failed("it cannot be connected to", false);
            }
        });
    }

    private void closed(Peer peer) {
        peer.open.decrementAndGet();
        metrics.closed();
    }
}
