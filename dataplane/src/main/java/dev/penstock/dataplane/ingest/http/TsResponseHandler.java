package dev.penstock.dataplane.ingest.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.HttpWords;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/** Asks for the stream, judges the answer's head, hands the body on. */
final class TsResponseHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Set<String> TYPES = Set.of("video/mp2t", "application/octet-stream",
            "binary/octet-stream");

    private final SourceUrl url;
    private final @Nullable String authorization;
    private final InputEvents events;
    private final BiConsumer<Optional<String>, String> redirect;
    private boolean accepted;
    private boolean over;

    /**
     * @param redirect hears the Location and the status of a redirect
     */
    TsResponseHandler(SourceUrl url, @Nullable String authorization, InputEvents events,
            BiConsumer<Optional<String>, String> redirect) {
        this.url = url;
        this.authorization = authorization;
        this.events = events;
        this.redirect = redirect;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        HttpRequest request = HttpWords.get(url, "video/mp2t, */*;q=0.5", authorization);
        request.headers().set(HttpHeaderNames.ACCEPT_ENCODING, "identity").set(HttpHeaderNames.CONNECTION, "close");
        ctx.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (over) {
            return;
        }
        if (message.decoderResult().isFailure()) {
            refuse(ctx, ": not an HTTP answer: " + Reasons.of(message.decoderResult().cause()));
            return;
        }
        if (message instanceof HttpResponse head) {
            judge(ctx, head);
        }
        if (accepted && message instanceof HttpContent content && content.content().isReadable()) {
            events.bytes(content.content().retain());
        }
        if (accepted && message instanceof LastHttpContent) {
            refuse(ctx, " ended the stream");
        }
    }

    private void judge(ChannelHandlerContext ctx, HttpResponse head) {
        if (head.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            return;
        }
        String status = head.status().code() + " " + head.status().reasonPhrase();
        int code = head.status().code();
        if (HttpWords.isRedirect(code)) {
            over = true;
            redirect.accept(Optional.ofNullable(head.headers().get(HttpHeaderNames.LOCATION)), status);
            return;
        }
        if (code != 200) {
            refuse(ctx, " answered " + HttpWords.printable(status) + " (expected: 200 with video/mp2t)");
            return;
        }
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "").split(";", 2)[0].strip();
        if (!type.isEmpty() && !TYPES.contains(type.toLowerCase(Locale.ROOT))) {
            refuse(ctx, " answered with " + HttpWords.printable(type)
                    + " (expected: video/mp2t or application/octet-stream)");
            return;
        }
        accepted = true;
    }

    private void refuse(ChannelHandlerContext ctx, String reason) {
        over = true;
        events.ended(url.remote() + reason, false);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!over) {
            refuse(ctx, accepted ? " closed the connection" : " closed the connection before an answer");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!over) {
            refuse(ctx, ": " + Reasons.of(cause));
        }
        ctx.close();
    }
}
