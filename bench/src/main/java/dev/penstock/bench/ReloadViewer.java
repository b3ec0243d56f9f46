package dev.penstock.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One player of a low-latency stream: asks, waits for the whole answer, remembers when it had it. Owned by its event loop. */
final class ReloadViewer extends ChannelInboundHandlerAdapter {
    private final Runnable answered;
    private final ByteBuf got = Unpooled.buffer(16 << 10);
    private @Nullable ChannelHandlerContext ctx;
    private int length = -1;
    private volatile long arrivedNanos;
    private volatile byte[] answer = {};
    private volatile boolean broken;

    /** @param answered runs when an answer is complete, or the connection has gone */
    ReloadViewer(Runnable answered) {
        this.answered = answered;
    }

    /** Sends a request; any thread. */
    void ask(ByteBuf request) {
        if (ctx != null) {
            ctx.writeAndFlush(request);
        }
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    /** The last answer, head and body. */
    byte[] answer() {
        return answer;
    }

    /** Whether something else than 200 came. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        got.writeBytes(in);
        in.release();
        if (length < 0) {
            int end = ByteBufUtil.indexOf(Unpooled.wrappedBuffer("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)), got);
            if (end < 0) {
                return;
            }
            String head = got.toString(0, end, StandardCharsets.US_ASCII);
            broken |= !head.startsWith("HTTP/1.1 200");
            int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ") + 16;
            int stop = head.indexOf('\r', at);
            length = end + 4 + Integer.parseInt(head.substring(at, stop < 0 ? head.length() : stop));
        }
        if (got.readableBytes() >= length) {
            arrivedNanos = System.nanoTime();
            answer = ByteBufUtil.getBytes(got, 0, length);
            got.clear();
            length = -1;
            answered.run();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken = true;
        answered.run();
    }
}
