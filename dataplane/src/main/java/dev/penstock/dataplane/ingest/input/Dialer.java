package dev.penstock.dataplane.ingest.input;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
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

    /** Looks the host up and connects. */
    public void dial(String host, int port) {
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

    private void next(Deque<InetAddress> addresses, int port) {
        if (closed) {
            return;
        }
        InetAddress address = addresses.poll();
        ChannelFuture connecting = new Bootstrap().group(settings.loop())
                .channelFactory(Channels.stream(settings.loop()))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true).handler(handler)
                .connect(new InetSocketAddress(address, port));
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
