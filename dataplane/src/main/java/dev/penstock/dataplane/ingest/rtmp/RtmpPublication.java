package dev.penstock.dataplane.ingest.rtmp;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.ClientTls;
import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * Publishes to an RTMP or RTMPS server (certificates by the JDK's trust store, host name checked). Used once. One owner: the event loop.
 */
public final class RtmpPublication {
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final SourceUrl url;
    private final @Nullable String key;
    private final InputSettings settings;
    private final Events events;
    private @Nullable ClientSession session;
    private @Nullable Dialer dialer;
    private boolean closed;

    /** Hears how it goes, on the event loop. */
    public interface Events {
        /** The server takes the stream. */
        void accepted();

        /** The connection takes bytes again. */
        void writable();

        /** Refused or lost; told once, with one line for people, without secrets. */
        void over(String reason);
    }

    /**
     * @param url rtmp or rtmps; application and stream are told apart as FFmpeg does
     * @param key is the stream's name when the URL ends with a slash, else it goes as {@code ?key=} behind the name; null for none
     */
    public RtmpPublication(SourceUrl url, @Nullable String key, InputSettings settings, Events events) {
        this.url = url;
        this.key = key;
        this.settings = settings;
        this.events = events;
    }

    /** Why a URL and a key are nothing to publish to; null when they are. */
    public static @Nullable String problem(SourceUrl url, @Nullable String key) {
        ClientSession.Target target = target(url, key);
        return target.application().isEmpty() || target.stream().isEmpty()
                ? "no stream (expected: " + url.scheme() + "://host/application/stream, or "
                        + url.scheme() + "://host/application/ and a Secret with key)"
                : null;
    }

    private static ClientSession.Target target(SourceUrl url, @Nullable String key) {
        ClientSession.Target plain = RtmpUrl.target(url, "");
        String stream = plain.stream();
        if (key != null) {
            stream = stream.isEmpty()
                    ? key
                    : stream + (stream.contains("?") ? "&" : "?") + "key="
                            + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
        }
        return new ClientSession.Target(plain.application(), plain.tcUrl(), stream, ClientSession.Purpose.PUBLISH);
    }

    /** Connects; does not block. */
    public void start() {
        ClientTls.prepare(url.scheme().equals("rtmps"), settings, this::connect, this::fail);
    }

    private void connect(Optional<SslContext> tls) {
        if (closed) {
            return;
        }
        dialer = new Dialer(settings, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.config().setWriteBufferWaterMark(MARKS);
                ClientTls.add(tls, channel, url, settings);
                ClientSession fresh = new ClientSession(target(url, key), new Owner());
                session = fresh;
                channel.pipeline().addLast(new RtmpWire(false, RtmpLimits.DEFAULTS, fresh));
            }
        }, this::fail);
        dialer.dial(url.host(), url.connectPort());
    }

    /** Whether the connection takes bytes; only when accepted. */
    public boolean isWritable() {
        return session().isWritable();
    }

    /**
     * Sends {@code onMetaData}; only when accepted.
     *
     * @param fields numbers and texts
     */
    public void metadata(Map<String, Object> fields) {
        Map<String, AmfValue> values = new LinkedHashMap<>();
        fields.forEach((name, value) -> values.put(name,
                value instanceof Number number
                        ? AmfValue.of(number.doubleValue())
                        : AmfValue.of(String.valueOf(value))));
        ByteBuf body = AmfWriter.write(Unpooled.buffer(256),
                List.of(AmfValue.of("@setDataFrame"), AmfValue.of("onMetaData"), new AmfValue.Fields(values)));
        session().send(MessageType.DATA, 0, body);
    }

    /**
     * Sends an FLV tag's body; only when accepted.
     *
     * @param video else audio
     * @param millis timestamp, modulo 2^32
     * @param body taken over
     */
    public void tag(boolean video, long millis, ByteBuf body) {
        session().send(video ? MessageType.VIDEO : MessageType.AUDIO, millis & 0xffff_ffffL, body);
    }

    /** What was sent goes out; only when accepted. */
    public void flush() {
        session().flush();
    }

    /** Ends it without a word to the events; harmless when repeated. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (session != null) {
            session.close();
        }
        if (dialer != null && (session == null || !session.isOpen())) {
            dialer.close();
        }
    }

    private void fail(String reason) {
        if (!closed) {
            events.over(url.remote() + ": " + reason);
        }
    }

    private ClientSession session() {
        if (session == null) {
            throw new IllegalStateException("not connected");
        }
        return session;
    }

    private final class Owner implements ClientSession.Owner {
        @Override
        public void accepted() {
            if (!closed) {
                events.accepted();
            }
        }

        @Override
        public void media(int type, long timestamp, ByteBuf body) {
            body.release();
        }

        @Override
        public void writable(boolean isWritable) {
            if (isWritable && !closed) {
                events.writable();
            }
        }

        @Override
        public void over(String code, String reason) {
            if (!closed) {
                events.over(url.remote() + (reason.startsWith("refused") || reason.startsWith("ended")
                        || reason.startsWith("closed") ? " " : ": ") + without(reason));
            }
        }

        /** A server may repeat what it was asked for. */
        private String without(String reason) {
            return key == null || key.isEmpty() ? reason : reason.replace(key, "...");
        }
    }
}
