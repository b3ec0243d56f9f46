package dev.penstock.dataplane.http;

import java.util.concurrent.ThreadFactory;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops and the socket classes that go with them: epoll where the machine has it, NIO elsewhere. Whoever opens it
 * shuts the group down.
 *
 * @param group the event loops
 * @param serverChannel class of listening sockets
 * @param socketChannel class of connecting sockets
 */
public record Transport(IoEventLoopGroup group, Class<? extends ServerSocketChannel> serverChannel,
        Class<? extends SocketChannel> socketChannel) {
    /**
     * Starts event loops.
     *
     * @param threads how many, at least 1
     * @param name start of the threads' names
     */
    public static Transport open(int threads, String name) {
        return Epoll.isAvailable()
                ? new Transport(group(threads, name, EpollIoHandler.newFactory()), EpollServerSocketChannel.class,
                        EpollSocketChannel.class)
                : nio(threads, name);
    }

    /** As {@link #open}, without epoll. */
    public static Transport nio(int threads, String name) {
        return new Transport(group(threads, name, NioIoHandler.newFactory()), NioServerSocketChannel.class,
                NioSocketChannel.class);
    }

    private static IoEventLoopGroup group(int threads, String name, IoHandlerFactory io) {
        ThreadFactory factory = new DefaultThreadFactory(name);
        return new MultiThreadIoEventLoopGroup(threads, factory, io);
    }
}
