package dev.penstock.dataplane.ingest.rtsp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.Reasons;

/**
 * One connection to a server: sends requests, one at a time, proves who asks, hands answers and packets on. One owner: the
 * channel's event loop.
 */
final class RtspConnection extends ChannelInboundHandlerAdapter implements RtspDecoder.Output {
    private static final String CRLF = "\r\n";

    private final Owner owner;
    private final @Nullable RtspAuth auth;
    private final RtspLimits limits;
    private @Nullable ChannelHandlerContext context;
    private @Nullable RtspDecoder decoder;
    private @Nullable ReadPacer pacer;
    private @Nullable Request pending;
    private int sequence;
    private long readNanos;
    private boolean over;

    private record Request(int sequence, String method, String uri, String headers, Consumer<RtspAnswer> answered) {}

    /** Whom a connection belongs to. */
    interface Owner {
        /** Requests can be made now. */
        void connected();

        /** An interleaved packet, see {@link RtspDecoder.Output#packet}. */
        void packet(int channel, ByteBuf buf, int at, int end, long nowNanos);

        /** The server sends the client elsewhere. */
        void redirected(Optional<String> location, String status);

        /** The connection is of no use any more. */
        void failed(String reason);
    }

    /**
     * @param auth null without user and password
     */
    RtspConnection(Owner owner, @Nullable RtspAuth auth, RtspLimits limits) {
        this.owner = owner;
        this.auth = auth;
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        decoder = new RtspDecoder(limits, ctx.alloc(), this);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        owner.connected();
    }

    /**
     * Sends a request.
     *
     * @param headers lines beside CSeq, User-Agent and Authorization, each with its end
     * @param answered hears the answer, but for one that asks for a proof or redirects
     */
    void ask(String method, String uri, String headers, Consumer<RtspAnswer> answered) {
        Request request = new Request(++sequence, method, uri, headers, answered);
        pending = request;
        write(request);
    }

    private void write(Request request) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || over) {
            return;
        }
        StringBuilder text = new StringBuilder(request.method()).append(' ').append(request.uri())
                .append(" RTSP/1.0" + CRLF + "CSeq: ").append(request.sequence())
                .append(CRLF + "User-Agent: Penstock" + CRLF);
        if (auth != null) {
            auth.header(request.method(), request.uri())
                    .ifPresent(proof -> text.append("Authorization: ").append(proof).append(CRLF));
        }
        text.append(request.headers()).append(CRLF);
        ctx.writeAndFlush(ctx.alloc().buffer(text.length()).writeBytes(
                text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Media flows in this connection from now on. */
    void streams() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && !over) {
            ReadPacer begun = new ReadPacer(ctx.channel());
            begun.start();
            pacer = begun;
        }
    }

    /** Ends the connection, after a last request when there is one; the channel is closed by its owner. */
    void close(Optional<Runnable> last) {
        if (over) {
            return;
        }
        last.ifPresent(Runnable::run);
        over = true;
        if (pacer != null) {
            pacer.stop();
        }
        if (decoder != null) {
            decoder.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        try {
            if (!over && decoder != null) {
                if (pacer != null) {
                    pacer.read(in.readableBytes());
                }
                readNanos = ctx.channel().eventLoop().ticker().nanoTime();
                decoder.feed(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void packet(int channel, ByteBuf buf, int at, int end) {
        owner.packet(channel, buf, at, end, readNanos);
    }

    @Override
    public void answer(RtspAnswer answer) {
        Request request = pending;
        int told = answer.header("cseq").map(RtspConnection::number).orElse(sequence);
        if (request == null || told != request.sequence()) {
            return;
        }
        pending = null;
        if (answer.status() == 401) {
            prove(request, answer);
        } else if (answer.status() == 301 || answer.status() == 302) {
            owner.redirected(answer.header("location"), answer.line());
        } else {
            request.answered().accept(answer);
        }
    }

    private void prove(Request request, RtspAnswer answer) {
        if (auth == null) {
            failed("wants a user and a password (expected: secretRef with a Secret that has username and password)");
        } else if (auth.challenged(answer.all("www-authenticate"))) {
            ask(request.method(), request.uri(), request.headers(), request.answered());
        } else if (Challenge.strongest(answer.all("www-authenticate")).isEmpty()) {
            failed("asks for a proof that is not known (expected: Basic, or Digest with MD5 or SHA-256)");
        } else {
            failed("answered 401: user or password is wrong");
        }
    }

    @Override
    public void request(String method, Map<String, List<String>> headers) {
        ChannelHandlerContext ctx = context;
        if (ctx != null && !over) {
            String number = headers.getOrDefault("cseq", List.of("0")).getFirst();
            String text = "RTSP/1.0 501 Not Implemented" + CRLF + "CSeq: " + number(number) + CRLF + CRLF;
            ctx.writeAndFlush(ctx.alloc().buffer(text.length()).writeBytes(text.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    @Override
    public void failed(String reason) {
        if (!over) {
            owner.failed(reason);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (pacer != null) {
            pacer.stop();
        }
        if (decoder != null) {
            decoder.close();
        }
        failed("closed the connection" + (pending == null ? "" : " instead of an answer to " + pending.method()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = cause instanceof io.netty.handler.codec.DecoderException && cause.getCause() != null
                ? cause.getCause()
                : cause;
        failed(": " + Reasons.of(reason));
        ctx.close();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
