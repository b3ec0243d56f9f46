package dev.penstock.dataplane.ingest.input;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;

/** Channels that fit an event loop: epoll's on epoll, else NIO's. */
public final class Channels {
    /** SOL_SOCKET and SO_RCVLOWAT of Linux. */
    private static final ChannelOption<Integer> RECEIVE_LOW_WATER = new IntegerUnixChannelOption("SO_RCVLOWAT", 1, 18);

    private Channels() {}

    /** TCP. */
    public static ChannelFactory<? extends Channel> stream(EventLoop loop) {
        return epoll(loop) ? EpollSocketChannel::new : NioSocketChannel::new;
    }

    /** UDP. */
    public static ChannelFactory<? extends Channel> datagram(EventLoop loop, SocketProtocolFamily family) {
        return epoll(loop) ? () -> new EpollDatagramChannel(family) : () -> new NioDatagramChannel(family);
    }

    /** Unix domain stream sockets. */
    public static ChannelFactory<? extends Channel> domain(EventLoop loop) {
        return epoll(loop) ? EpollDomainSocketChannel::new : NioDomainSocketChannel::new;
    }

    /** Address of a unix domain socket, as the channel of {@link #domain} wants it. */
    public static SocketAddress domainAddress(EventLoop loop, String path) {
        return epoll(loop) ? new DomainSocketAddress(path) : UnixDomainSocketAddress.of(path);
    }

    /**
     * Asks the kernel to tell of bytes only when so many are there, or the other side has closed (SO_RCVLOWAT of socket(7)); on NIO
     * nothing happens.
     */
    public static void wakeAt(Channel channel, int bytes) {
        if (channel instanceof EpollSocketChannel) {
            channel.config().setOption(RECEIVE_LOW_WATER, bytes);
        }
    }

    private static boolean epoll(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
    }
}
