package dev.penstock.dataplane.ingest.input;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a host by TCP: names are looked up on a virtual thread, addresses tried one after the other. Used once, on the
 * event loop.
 */
public final class Dialer {
    private final InputSettings settings;
    private final ChannelHandler handler;
    private final Consumer<String> failed;
    private @Nullable Channel channel;
    private boolean closed;

    /**
     * @param handler sets up the channel's pipeline; sharable, because each address gets a channel
     * @param failed hears, on the event loop, why no address could be reached; not after {@link #close}
     */
    public Dialer(InputSettings settings, ChannelHandler handler, Consumer<String> failed) {
        this.settings = settings;
        this.handler = handler;
        this.failed = failed;
    }

    /** Looks the host up and connects; through a proxy, looks that up and lets it look up the host. */
    public void dial(String host, int port) {
        ProxyServer proxy = settings.proxy();
        if (proxy != null) {
            OffLoop.call(settings.loop(), () -> InetAddress.getByName(proxy.host()),
                    address -> through(proxy, address, host, port),
                    reason -> fail("proxy " + proxy + ": " + reason));
            return;
        }
        OffLoop.call(settings.loop(), () -> List.of(InetAddress.getAllByName(host)),
                addresses -> next(new ArrayDeque<>(addresses), port), this::fail);
    }

    /** Closes the connection, or stops connecting. */
    public void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    private void through(ProxyServer proxy, InetAddress address, String host, int port) {
        if (closed) {
            return;
        }
        InetSocketAddress server = new InetSocketAddress(address, proxy.port());
        ChannelFuture connecting = bootstrap(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel opened) {
                ProxyHandler first = handler(proxy, server);
                first.setConnectTimeoutMillis(settings.connectTimeout().toMillis());
                opened.pipeline().addLast(first, handler);
            }
        }).resolver(NoopAddressResolverGroup.INSTANCE).connect(target(host, port));
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                fail("proxy " + proxy + ": " + Reasons.of(done.cause()));
            }
        });
    }

    private static ProxyHandler handler(ProxyServer proxy, InetSocketAddress server) {
        String user = proxy.username();
        String password = proxy.password() == null ? "" : proxy.password();
        return switch (proxy.kind()) {
            case HTTP -> user == null ? new HttpProxyHandler(server) : new HttpProxyHandler(server, user, password);
            case SOCKS5 ->
                user == null ? new Socks5ProxyHandler(server) : new Socks5ProxyHandler(server, user, password);
        };
    }

    /** An address as the proxy shall see it: a name stays a name. */
    private static InetSocketAddress target(String host, int port) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            return InetSocketAddress.createUnresolved(host, port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host, e);
        }
    }

    private Bootstrap bootstrap(ChannelHandler pipeline) {
        return new Bootstrap().group(settings.loop()).channelFactory(Channels.stream(settings.loop()))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true).handler(pipeline);
    }

    private void next(Deque<InetAddress> addresses, int port) {
        if (closed) {
            return;
        }
        InetAddress address = addresses.poll();
        ChannelFuture connecting = bootstrap(handler).connect(new InetSocketAddress(address, port));
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (done.isSuccess() || closed) {
                return;
            }
            if (addresses.isEmpty()) {
                fail(Reasons.of(done.cause()));
            } else {
                next(addresses, port);
            }
        });
    }

    private void fail(String reason) {
        if (!closed) {
            failed.accept(reason);
        }
    }
}
