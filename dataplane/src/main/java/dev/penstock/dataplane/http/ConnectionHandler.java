package dev.penstock.dataplane.http;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * One connection: takes requests one after the other, gives each to its handler, and writes its answer before it looks at
 * the next. What a client pipelines waits in a queue; reading pauses while that is long, so it holds no more than one read
 * of the socket beyond {@link #QUEUE}. All state belongs to the event loop.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    /** Decoded parts of requests that wait before reading pauses. */
    static final int QUEUE = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);
    private static final long LINGER_MS = 2_000;

    private final ServerParts parts;
    private final ConnectionTimeouts timeouts;
    private final Deque<HttpObject> queue = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable IncomingRequest incoming;
    private @Nullable RequestExchange current;
    private HttpMetrics.@Nullable RouteMetrics counters;
    private int requests;
    private boolean draining;
    private boolean lastAnswer;
    private boolean deaf;
    private @Nullable StreamedBody body;
    /** Whether the body of the request that is being answered has not ended yet. */
    private boolean uploading;
    private boolean awaitsContinue;
    private @Nullable Upload upload;

    /** What the connections of a server share. */
    record ServerParts(RouteTable routes, HttpLimits limits, HttpMetrics metrics, AnswerPlanner planner) {}

    ConnectionHandler(ServerParts parts, ConnectionTimeouts timeouts) {
        this.parts = parts;
        this.timeouts = timeouts;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        if (deaf || !(msg instanceof HttpObject part)) {
            ReferenceCountUtil.release(msg);
            return;
        }
        queue.add(part);
        drain();
        if (queue.size() >= QUEUE || (uploading && !takesBody() && !queue.isEmpty())) {
            context.channel().config().setAutoRead(false);
        }
    }

    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!deaf && !queue.isEmpty() && (current == null || takesBody())) {
                take(queue.poll());
            }
        } finally {
            draining = false;
        }
        if (queue.isEmpty() && ctx != null && !ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(true);
        }
    }

    private boolean takesBody() {
        return uploading && upload != null && !upload.isPaused();
    }

    private void take(HttpObject part) {
        try {
            if (part instanceof HttpRequest request) {
                begin(request);
            }
            if (part instanceof HttpContent content) {
                if (incoming != null) {
                    add(incoming, content);
                } else if (uploading && upload != null) {
                    pass(upload, content);
                }
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void begin(HttpRequest request) {
        requests++;
        incoming = new IncomingRequest(request, parts.routes(), parts.limits());
        if (request.decoderResult().isFailure()) {
            refuse(broken(request.decoderResult()));
        } else if (incoming.refusal() != null && incoming.hasBody()) {
            refuse(incoming.refusal());
        } else if (incoming.streams()) {
            uploading = true;
            awaitsContinue = HttpUtil.is100ContinueExpected(request);
            dispatch(incoming);
        } else if (HttpUtil.is100ContinueExpected(request)) {
            letContinue();
        }
    }

    private void letContinue() {
        ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE,
                Unpooled.EMPTY_BUFFER));
    }

    /** Gives the body of a request to who takes it. Event loop only. */
    BodyFlow receive(RequestExchange exchange, BodySink sink) {
        Upload made = new Upload(sink, () -> {
            if (current == exchange) {
                drain();
            }
        });
        if (!ctx.channel().isActive()) {
            ctx.executor().execute(() -> sink.broken("the connection was closed"));
            return made;
        }
        if (current != exchange || !uploading || upload != null) {
            throw new IllegalStateException("the body of " + exchange.path() + " is taken already");
        }
        upload = made;
        timeouts.uploading(ctx);
        if (awaitsContinue) {
            awaitsContinue = false;
            letContinue();
        }
        // Not during the caller's turn, who does not have the flow in hand yet.
        ctx.executor().execute(this::drain);
        return made;
    }

    private void pass(Upload to, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            breakOff("not HTTP", broken(content.decoderResult()));
            return;
        }
        if (content.content().isReadable()) {
            to.sink().piece(content.content().retain());
        }
        if (content instanceof LastHttpContent && uploading) {
            uploading = false;
            upload = null;
            timeouts.answering(ctx);
            to.sink().complete();
        }
    }

    /** The body under way will not be complete. */
    private void breakOff(String reason, HttpError error) {
        Upload gone = upload;
        RequestExchange exchange = current;
        deaf = true;
        lastAnswer = true;
        uploading = false;
        upload = null;
        if (gone != null) {
            gone.sink().broken(reason);
        }
        if (exchange != null) {
            exchange.failUnlessAnswered(error);
        }
    }

    /** An answer goes out: nobody takes what the client still sends. */
    private void leaveRest() {
        upload = null;
        while (uploading && !queue.isEmpty()) {
            HttpObject part = queue.poll();
            uploading = !(part instanceof LastHttpContent);
            ReferenceCountUtil.release(part);
        }
        if (uploading) {
            uploading = false;
            deaf = true;
            lastAnswer = true;
        }
    }

    private void add(IncomingRequest request, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuse(broken(content.decoderResult()));
        } else if (!request.add(content.content())) {
            refuse(new HttpError(413, "body (expected: at most " + parts.limits().bodyBytes() + " bytes)"));
        } else if (content instanceof LastHttpContent) {
            dispatch(request);
        }
    }

    private static HttpError broken(DecoderResult result) {
        return switch (result.cause()) {
            case TooLongHttpLineException e -> new HttpError(414, "request line too long");
            case TooLongHttpHeaderException e -> new HttpError(431, "headers too large");
            case null, default -> new HttpError(400, "not an HTTP request");
        };
    }

    /** Answers and closes; what the client still sends is dropped. */
    private void refuse(HttpError error) {
        deaf = true;
        lastAnswer = true;
        if (incoming != null) {
            open(incoming).fail(error);
        }
    }

    private void dispatch(IncomingRequest request) {
        RequestExchange exchange = open(request);
        if (request.refusal() != null) {
            exchange.fail(request.refusal(), request.refusalHeaders());
            return;
        }
        if (request.handler() == null) {
            exchange.send(204, "", request.refusalHeaders(), Unpooled.EMPTY_BUFFER);
            return;
        }
        try {
            request.handler().handle(exchange);
        } catch (HttpError e) {
            exchange.fail(e);
        } catch (Exception e) {
            exchange.crashed(e);
        }
    }

    private RequestExchange open(IncomingRequest request) {
        incoming = null;
        timeouts.answering(ctx);
        lastAnswer |= !request.keepAlive() || requests >= parts.limits().requestsPerConnection();
        counters = request.counters();
        RequestExchange exchange = new RequestExchange(this, ctx.channel(), request.asked(), request.target(),
                request.params(), request.body(), request.streams());
        current = exchange;
        return exchange;
    }

    /** Writes an answer; takes ownership. Event loop only. */
    void answer(RequestExchange exchange, Answer answer) {
        leaveRest();
        if (!ctx.channel().isActive()) {
            answer.release();
            exchange.finished();
            return;
        }
        AnswerPlanner.Plan plan;
        try {
            plan = parts.planner().plan(exchange.asked(), answer.status(), answer.contentType(), answer.headers(),
                    answer.size());
        } catch (IllegalArgumentException e) {
            // Headers that are no headers: the handler's fault.
            answer.release();
            LOG.atError().addKeyValue(LogKeys.PATH, ShownPath.of(exchange.path())).setCause(e)
                    .log("Answer cannot be sent");
            answer(exchange, exchange.internalError());
            return;
        }
        if (answer instanceof Answer.Pulled pulled && plan.length() > 0) {
            BodyPump pump = new BodyPump(pulled.body(), plan.offset(), plan.length(), ctx.executor());
            exchange.onClose(pump::stop);
            pump.start(begin(exchange, plan.status(), plan.headers(), pump::more));
            return;
        }
        log(exchange, plan.status());
        write(answer, plan).addListener(done -> written(exchange, done.isSuccess()));
    }

    private ChannelFuture write(Answer answer, AnswerPlanner.Plan plan) {
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(plan.status()), plan.headers());
        if (lastAnswer) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        ctx.write(head);
        parts.metrics().sent(plan.length());
        if (plan.length() == 0) {
            answer.release();
        } else if (answer instanceof Answer.Bytes bytes) {
            ByteBuf body = bytes.body();
            // A view of its own, same count: writing moves indices, and the bytes may be shared.
            ctx.write(body.slice(body.readerIndex() + (int) plan.offset(), (int) plan.length()));
        } else if (answer instanceof Answer.OpenFile open) {
            try {
                FileBody.write(ctx, open.file(), plan.offset(), plan.length());
            } catch (IOException e) {
                open.release();
                ctx.close();
            }
        }
        return ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private void log(RequestExchange exchange, int status) {
        if (counters != null) {
            counters.answered(status);
        }
        LOG.atDebug().addKeyValue(LogKeys.METHOD, exchange.asked().method())
                .addKeyValue(LogKeys.PATH, ShownPath.of(exchange.path()))
                .addKeyValue(LogKeys.STATUS, status).addKeyValue(LogKeys.REMOTE, exchange.remoteAddress())
                .log("Request answered");
    }

    private void written(RequestExchange exchange, boolean success) {
        exchange.finished();
        current = null;
        if (!success) {
            ctx.close();
        } else if (lastAnswer) {
            closeGently();
        } else {
            timeouts.answered(ctx, !queue.isEmpty() || incoming != null);
            drain();
        }
    }

    /** Closing with bytes unread would reset the connection and could cost the client our answer (RFC 9112 9.6). */
    private void closeGently() {
        boolean unread = deaf || !queue.isEmpty();
        deaf = true;
        releaseQueue();
        if (unread && ctx.channel() instanceof DuplexChannel duplex) {
            ctx.channel().config().setAutoRead(true);
            duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            ctx.executor().schedule(() -> ctx.close(), LINGER_MS, TimeUnit.MILLISECONDS);
        } else if (unread && ctx.channel() instanceof Http2StreamChannel) {
            // The client need not send the rest, and keeps the answer (RFC 9113 8.1).
            ctx.channel().config().setAutoRead(true);
            ctx.executor().schedule(() -> ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR)), LINGER_MS,
                    TimeUnit.MILLISECONDS);
        } else {
            ctx.close();
        }
    }

    /** Writes the head of an answer that was made elsewhere; its body follows. Event loop only. */
    AnswerBody pass(RequestExchange exchange, int status, Map<String, String> headers, Runnable writable) {
        HttpHeaders all = new DefaultHttpHeaders();
        headers.forEach(all::set);
        return begin(exchange, status, all, writable);
    }

    /** Writes the head of an answer that is still being made; its body follows. Event loop only. */
    AnswerBody stream(RequestExchange exchange, String contentType, Map<String, String> headers, Runnable writable) {
        return begin(exchange, 200, parts.planner().head(exchange.asked(), contentType, headers), writable);
    }

    private AnswerBody begin(RequestExchange exchange, int status, HttpHeaders all, Runnable writable) {
        leaveRest();
        boolean bodyless = exchange.head() || status == 204 || status == 304;
        lastAnswer |= HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(all.get(HttpHeaderNames.CONNECTION, ""));
        if (!bodyless && !lastAnswer && !all.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            all.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (lastAnswer) {
            all.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        StreamedBody made = new StreamedBody(ctx, parts.metrics(), writable, () -> {
            body = null;
            written(exchange, true);
        });
        if (ctx.channel().isActive()) {
            body = made;
            log(exchange, status);
            ctx.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), all));
        }
        return made;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (body != null && context.channel().isWritable()) {
            body.writableAgain();
        }
        context.fireChannelWritabilityChanged();
    }

    /** Writes the head of an endless answer and leaves the channel to its new owner. Event loop only. */
    void takeOver(RequestExchange exchange, String contentType, Map<String, String> extra) {
        exchange.drop();
        if (!ctx.channel().isActive()) {
            exchange.closed();
            return;
        }
        HttpHeaders headers = parts.planner().head(exchange.asked(), contentType, extra);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        log(exchange, 200);
        ctx.writeAndFlush(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
        ctx.channel().closeFuture().addListener(closed -> exchange.closed());
        deaf = true;
        current = null;
        releaseQueue();
        ctx.channel().config().setAutoRead(true);
        ctx.pipeline().remove(timeouts);
        ctx.pipeline().remove(HttpPipeline.CODEC);
        FileBody.leave(ctx);
        ctx.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ConnectionEvent.REQUEST_TIMEOUT) {
            timedOut();
        } else if (event == ConnectionEvent.STOP) {
            lastAnswer = true;
            if (current == null && incoming == null) {
                context.close();
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    private void timedOut() {
        if (uploading) {
            breakOff("no bytes for " + parts.limits().requestTimeout().toSeconds() + "s",
                    new HttpError(408, "body: no bytes for " + parts.limits().requestTimeout().toSeconds() + "s"));
        } else if (incoming != null) {
            refuse(new HttpError(408, "request not complete in time"));
        } else {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deaf = true;
        releaseQueue();
        incoming = null;
        Upload gone = upload;
        upload = null;
        uploading = false;
        if (gone != null) {
            gone.sink().broken("the connection was closed");
        }
        if (current != null) {
            current.closed();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.atDebug().addKeyValue(LogKeys.REMOTE, context.channel().remoteAddress()).setCause(cause)
                .log("Connection failed");
        context.close();
    }

    private void releaseQueue() {
        queue.forEach(ReferenceCountUtil::release);
        queue.clear();
    }
}
