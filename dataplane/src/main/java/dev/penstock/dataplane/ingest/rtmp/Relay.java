package dev.penstock.dataplane.ingest.rtmp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Channels;
import dev.penstock.dataplane.ingest.input.OffLoop;
import dev.penstock.dataplane.ingest.input.Reasons;

/**
 * Sends what a publisher sends on to the pod that has the stream, by RTMP, under the same name and key; that pod lets it in or not. While the
 * pod takes no bytes the publisher is not read. One owner: the publisher's event loop, which both channels belong to.
 */
final class Relay implements ClientSession.Owner {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String UNAVAILABLE = "NetStream.Publish.BadName";

    /** Hears how it goes. */
    interface Events {
        /** The pod has let the publisher in. */
        void accepted();

        /** The pod has refused it, or is gone. */
        void over(String code, String reason);
    }

    private final RtmpWire publisher;
    private final RtmpLimits limits;
    private final Events events;
    private final EventLoop loop;
    private @Nullable ClientSession pod;
    private @Nullable ChannelFuture connecting;
    private @Nullable Future<?> deadline;
    private boolean accepted;
    private boolean closed;

    Relay(RtmpWire publisher, RtmpLimits limits, Events events) {
        this.publisher = publisher;
        this.limits = limits;
        this.events = events;
        this.loop = publisher.loop();
    }

    boolean isAccepted() {
        return accepted;
    }

    /** Connects; does not block. */
    void start(String host, int port, PublishName name) {
        String key = name.key() == null
                ? ""
                : "?key=" + URLEncoder.encode(name.key(), StandardCharsets.UTF_8).replace("+", "%20");
        String application = "live/" + name.namespace();
        ClientSession session = new ClientSession(new ClientSession.Target(application,
                "rtmp://" + host + ":" + port + "/" + application, name.name() + key,
                ClientSession.Purpose.RELAY), this);
        pod = session;
        deadline = publisher.schedule(PATIENCE, () -> over("", "does not answer"));
        OffLoop.call(loop, () -> InetAddress.getByName(host),
                address -> connect(session, new InetSocketAddress(address, port)),
                reason -> over("", reason));
    }

    private void connect(ClientSession session, InetSocketAddress address) {
        if (closed) {
            return;
        }
        connecting = new Bootstrap().group(loop).channelFactory(Channels.stream(loop))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) PATIENCE.toMillis())
                .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(256 << 10, 1 << 20))
                .handler(new RtmpWire(false, limits, session)).connect(address);
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                over("", Reasons.of(done.cause()));
            }
        });
    }

    /** A message of the publisher; takes ownership. */
    void forward(int type, long timestamp, ByteBuf body) {
        if (closed || pod == null) {
            body.release();
        } else {
            pod.send(type, timestamp, body);
        }
    }

    /** What was sent goes out. */
    void flush() {
        if (!closed && accepted && pod != null) {
            pod.flush();
        }
    }

    /** The publisher is gone; harmless when repeated. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (pod != null) {
            pod.close();
        }
        if (connecting != null && !connecting.isSuccess()) {
            connecting.cancel(false);
            connecting.channel().close();
        }
    }

    @Override
    public void accepted() {
        if (closed) {
            return;
        }
        accepted = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
        events.accepted();
    }

    @Override
    public void media(int type, long timestamp, ByteBuf body) {
        body.release();
    }

    @Override
    public void writable(boolean isWritable) {
        if (closed || !accepted) {
            return;
        }
        if (isWritable) {
            publisher.resume();
        } else {
            publisher.pause();
        }
    }

    @Override
    public void over(String code, String reason) {
        if (closed) {
            return;
        }
        close();
        events.over(code.isEmpty() ? UNAVAILABLE : code,
                code.isEmpty()
                        ? "the pod that has the stream " + reason + "; try again"
                        : reason.replaceFirst("^refused: ", ""));
    }
}
