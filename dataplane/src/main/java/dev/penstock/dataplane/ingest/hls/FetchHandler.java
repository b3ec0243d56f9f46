package dev.penstock.dataplane.ingest.hls;

import java.util.Optional;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.HttpWords;
import dev.penstock.dataplane.ingest.input.Reasons;

/** Judges the answers on one connection, one after the other. */
final class FetchHandler extends SimpleChannelInboundHandler<HttpObject> {
    private final Events events;
    private boolean answered;
    private boolean accepted;
    private boolean keep;
    private boolean over;

    /** Hears what happens on the connection. */
    interface Events {
        /** It is up. */
        void connected();

        /** The answer is elsewhere. */
        void redirected(Optional<String> location, String status);

        /** The range that was asked for. */
        Optional<Playlist.Range> range();

        /** A part of the body; ownership passes. */
        void bytes(ByteBuf bytes);

        /**
         * The answer is complete.
         *
         * @param keep whether the connection can be used again
         */
        void complete(boolean keep);

        /**
         * The connection cannot be used any more.
         *
         * @param reason to stand behind the URL
         * @param answered whether anything of the answer had come
         */
        void failed(String reason, boolean answered);
    }

    FetchHandler(Events events) {
        this.events = events;
    }

    /** Asks. */
    static void send(Channel channel, Fetcher.Request request, @Nullable String authorization) {
        HttpRequest message = HttpWords.get(request.url(), "*/*", authorization);
        message.headers().set(HttpHeaderNames.ACCEPT_ENCODING, request.packed() ? "gzip" : "identity");
        request.range().ifPresent(range -> message.headers().set(HttpHeaderNames.RANGE,
                "bytes=" + range.offset() + "-" + (range.offset() + range.length() - 1)));
        channel.writeAndFlush(message);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        events.connected();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (over) {
            return;
        }
        if (message.decoderResult().isFailure()) {
            fail(ctx, ": not an HTTP answer: " + Reasons.of(message.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpResponse head && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            judge(ctx, head);
        }
        if (accepted && message instanceof HttpContent content && content.content().isReadable()) {
            events.bytes(content.content().retain());
        }
        if (accepted && message instanceof LastHttpContent) {
            answered = false;
            accepted = false;
            over = !keep;
            events.complete(keep);
        }
    }

    private void judge(ChannelHandlerContext ctx, HttpResponse head) {
        answered = true;
        String status = head.status().code() + " " + HttpWords.printable(head.status().reasonPhrase());
        int code = head.status().code();
        if (HttpWords.isRedirect(code)) {
            over = true;
            events.redirected(Optional.ofNullable(head.headers().get(HttpHeaderNames.LOCATION)), status);
            return;
        }
        Optional<Playlist.Range> range = events.range();
        int expected = range.isPresent() ? 206 : 200;
        if (code != expected) {
            fail(ctx, " answered " + status + " (expected: " + expected + ")");
            return;
        }
        String content = head.headers().get(HttpHeaderNames.CONTENT_RANGE, "");
        if (range.isPresent() && !content.startsWith("bytes " + range.get().offset() + "-")) {
            fail(ctx, " answered with the range " + HttpWords.printable(content) + " (expected: bytes from "
                    + range.get().offset() + ")");
            return;
        }
        keep = HttpUtil.isKeepAlive(head);
        accepted = true;
    }

    private void fail(ChannelHandlerContext ctx, String reason) {
        over = true;
        events.failed(reason, answered);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!over) {
            fail(ctx, answered ? " broke off" : " closed the connection before an answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!over) {
            fail(ctx, ": " + Reasons.of(cause));
        }
    }
}
