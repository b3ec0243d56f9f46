package dev.penstock.dataplane.ingest.input;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
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

/** Channels that fit an event loop: epoll's on epoll, else NIO's. */
public final class Channels {
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

    private static boolean epoll(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
    }
}
