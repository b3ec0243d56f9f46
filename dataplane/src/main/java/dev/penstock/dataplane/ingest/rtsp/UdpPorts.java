package dev.penstock.dataplane.ingest.rtsp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.input.Channels;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Two ports of UDP, an even one for RTP and the next for RTCP (RFC 3550 11), that hear one server only. One owner: the event loop.
 */
final class UdpPorts {
    private static final Logger LOG = LoggerFactory.getLogger(UdpPorts.class);
    private static final int LOWEST = 32_768;
    private static final int PAIRS = 14_000;
    private static final int TRIES = 32;
    private static final int MAX_DATAGRAM = 16 * 1024;

    private final EventLoop loop;
    private final InetAddress local;
    private final Receiver receiver;
    private final int receiveBytes;
    private final RandomGenerator random;
    private InetAddress server;
    private @Nullable Channel media;
    private @Nullable Channel control;
    private int serverControlPort;
    private boolean closed;

    /** Takes datagrams on the event loop. */
    interface Receiver {
        /** A datagram of the server; neither kept nor changed. */
        void datagram(boolean isControl, ByteBuf datagram);
    }

    /**
     * @param local address of the RTSP connection
     * @param server the other end of it
     * @param receiveBytes asked of the kernel for RTP
     */
    UdpPorts(EventLoop loop, InetAddress local, InetAddress server, int receiveBytes, RandomGenerator random,
            Receiver receiver) {
        this.loop = loop;
        this.local = local;
        this.server = server;
        this.receiveBytes = receiveBytes;
        this.random = random;
        this.receiver = receiver;
    }

    /** Opens the ports, tried at random; tells the even one, or -1 when no pair was free. */
    void open(Consumer<Integer> opened) {
        open(TRIES, opened);
    }

    private void open(int tries, Consumer<Integer> opened) {
        if (tries == 0 || closed) {
            opened.accept(-1);
            return;
        }
        int port = LOWEST + 2 * random.nextInt(PAIRS / 2);
        bind(port, false, first -> {
            if (first == null) {
                open(tries - 1, opened);
                return;
            }
            media = first;
            bind(port + 1, true, second -> {
                if (second == null) {
                    first.close();
                    open(tries - 1, opened);
                } else {
                    control = second;
                    opened.accept(port);
                }
            });
        });
    }

    private void bind(int port, boolean isControl, Consumer<@Nullable Channel> bound) {
        SocketProtocolFamily family = local instanceof Inet6Address
                ? SocketProtocolFamily.INET6
                : SocketProtocolFamily.INET;
        new Bootstrap().group(loop).channelFactory(Channels.datagram(loop, family))
                .option(ChannelOption.SO_RCVBUF, isControl ? MAX_DATAGRAM : receiveBytes)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_DATAGRAM))
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
                        if (!closed && packet.sender().getAddress().equals(server)) {
                            receiver.datagram(isControl, packet.content());
                        }
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        // A port that the server has closed: what is missing then ends the session.
                        LOG.atDebug().addKeyValue(LogKeys.REASON, Reasons.of(cause))
                                .log("Datagrams of a camera failed");
                    }
                }).bind(new InetSocketAddress(local, port)).addListener((io.netty.channel.ChannelFuture done) -> {
                    if (closed) {
                        done.channel().close();
                    }
                    bound.accept(done.isSuccess() && !closed ? done.channel() : null);
                });
    }

    /**
     * Where the server sends from; a first datagram opens the way through walls between.
     *
     * @param source another address than that of the RTSP connection, or null
     * @param serverPort its port for RTP, the next one is for RTCP; 0 when it did not say
     */
    void aim(@Nullable InetAddress source, int serverPort) {
        server = source == null ? server : source;
        if (serverPort > 0 && serverPort < 65_535) {
            serverControlPort = serverPort + 1;
            // Version 2 and nothing else: no packet for anybody, but it goes through.
            send(media, Unpooled.wrappedBuffer(new byte[]{(byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), serverPort);
            report();
        }
    }

    /** Sends an empty receiver report (RFC 3550 6.4.2): some servers take its absence for a client that has gone. */
    void report() {
        send(control, Unpooled.wrappedBuffer(new byte[]{(byte) 0x80, (byte) 201, 0, 1, 0x50, 0x45, 0x4E, 0x53}),
                serverControlPort);
    }

    private void send(@Nullable Channel channel, ByteBuf data, int port) {
        if (channel == null || port == 0 || closed) {
            data.release();
        } else {
            channel.writeAndFlush(new DatagramPacket(data, new InetSocketAddress(server, port)));
        }
    }

    void close() {
        closed = true;
        if (media != null) {
            media.close();
        }
        if (control != null) {
            control.close();
        }
    }
}
