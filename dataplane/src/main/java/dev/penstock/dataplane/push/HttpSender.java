package dev.penstock.dataplane.push;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.Preamble;
import dev.penstock.dataplane.ingest.input.ClientTls;
import dev.penstock.dataplane.ingest.input.Dialer;
import dev.penstock.dataplane.ingest.input.HttpWords;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * One lasting POST of MPEG-TS, in chunks. The server is asked first whether it wants it ({@code Expect: 100-continue}, RFC 9110 10.1.1); one
 * that says nothing for a second gets it. One owner: the event loop.
 */
final class HttpSender implements Sender {
    private static final int MAX_LINE = 4096;
    private static final int MAX_CHUNK = 64 * 1024;
    private static final int CONTINUE_MILLIS = 1000;
    private static final int LAST_WORD_MILLIS = 1000;
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final SourceUrl url;
    private final Credentials credentials;
    private final InputSettings settings;
    private final Events events;
    private @Nullable Dialer dialer;
    private @Nullable Channel channel;
    private boolean accepted;
    private boolean closed;

    HttpSender(SourceUrl url, Credentials credentials, InputSettings settings, Events events) {
        this.url = url;
        this.credentials = credentials;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public void start() {
        ClientTls.prepare(url.scheme().equals("https"), settings, this::connect, reason -> over(": " + reason));
    }

    private void connect(Optional<SslContext> tls) {
        if (closed) {
            return;
        }
        dialer = new Dialer(settings, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel opened) {
                opened.config().setWriteBufferWaterMark(MARKS);
                ClientTls.add(tls, opened, url, settings);
                opened.pipeline().addLast(
                        new HttpClientCodec(MAX_LINE, settings.maxHeaderBytes(), MAX_CHUNK, false), new Answers());
            }
        }, reason -> over(": " + reason));
        dialer.dial(url.host(), url.connectPort());
    }

    private HttpRequest request() {
        String path = url.path() + (url.rawQuery().isEmpty() ? "" : "?" + url.rawQuery());
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path);
        request.headers().set(HttpHeaderNames.HOST, url.authority()).set(HttpHeaderNames.USER_AGENT, "Penstock")
                .set(HttpHeaderNames.CONTENT_TYPE, "video/mp2t")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE);
        if (credentials.key() != null) {
            request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + credentials.key());
        } else if (credentials.username() != null) {
            String pair = credentials.username() + ":" + (credentials.password() == null ? "" : credentials.password());
            request.headers().set(HttpHeaderNames.AUTHORIZATION,
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    @Override
    public boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    @Override
    public void begin(Chunk key, boolean skipped) {
        if (channel != null) {
            channel.write(new DefaultHttpContent(Preamble.of(key, skipped, channel.alloc())), channel.voidPromise());
        }
    }

    @Override
    public void send(Chunk chunk) {
        if (channel != null) {
            channel.write(new DefaultHttpContent(chunk.data().retainedDuplicate()), channel.voidPromise());
        }
    }

    @Override
    public void interrupted() {
        // The bytes go on where they stopped.
    }

    @Override
    public void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Channel open = channel;
        if (open != null && accepted && open.isActive()) {
            open.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
            settings.loop().schedule((Runnable) open::close, LAST_WORD_MILLIS, TimeUnit.MILLISECONDS);
        } else if (dialer != null) {
            dialer.close();
        }
    }

    private void accept() {
        if (!closed && !accepted) {
            accepted = true;
            events.accepted();
        }
    }

    private void over(String reason) {
        if (!closed) {
            accepted = false;
            events.over(url.remote() + reason);
        }
    }

    /** What the server says. */
    private final class Answers extends SimpleChannelInboundHandler<HttpObject> {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
            ctx.writeAndFlush(request()).addListener(sent -> ctx.executor().schedule(() -> {
                if (sent.isSuccess() && ctx.channel().isActive()) {
                    accept();
                }
            }, CONTINUE_MILLIS, TimeUnit.MILLISECONDS));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message.decoderResult().isFailure()) {
                over(": not an HTTP answer: " + Reasons.of(message.decoderResult().cause()));
            } else if (message instanceof HttpResponse head) {
                if (head.status().equals(HttpResponseStatus.CONTINUE)) {
                    accept();
                } else if (head.status().code() >= 200) {
                    String status = head.status().code() + " " + head.status().reasonPhrase();
                    over(" answered " + HttpWords.printable(status) + " (expected: to take the stream)");
                }
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable() && !closed) {
                events.writable();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            over(" closed the connection");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            over(": " + Reasons.of(cause));
            ctx.close();
        }
    }
}
