package dev.penstock.dataplane.ingest.rtmp;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.input.Reasons;

/**
 * One RTMP connection below its dialogue, either side: handshake, chunks, acknowledgements, pings. A peer that does not read what it asked
 * for is not read either. One owner: the channel's event loop, which {@link #move} may change.
 */
final class RtmpWire extends ChannelInboundHandlerAdapter {
    /** Bytes after which the peer shall acknowledge. */
    static final int WINDOW = 2_500_000;
    private static final Logger LOG = LoggerFactory.getLogger(RtmpWire.class);
    private static final int CHUNK_SIZE = 64 << 10;
    /** SOL_SOCKET, SO_RCVLOWAT: socket(7). */
    private static final IntegerUnixChannelOption RECEIVE_LOW_WATER = new IntegerUnixChannelOption("SO_RCVLOWAT", 1,
            18);
    private static final int LEAST_WINDOW = 16 << 10;
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final boolean server;
    private final RtmpLimits limits;
    private final Session session;
    private final ChunkWriter writer = new ChunkWriter();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Handshake handshake;
    private @Nullable ChunkDecoder decoder;
    /** Bytes that came while paused. */
    private @Nullable ByteBuf rest;
    private boolean paused;
    private boolean over;
    private long received;
    private long acknowledged;
    private long window = WINDOW;
    private long quota;

    RtmpWire(boolean server, RtmpLimits limits, Session session) {
        this.server = server;
        this.limits = limits;
        this.session = session;
        this.quota = limits.bytesBeforePublish();
    }

    /** Bytes received so far. */
    long received() {
        return received;
    }

    boolean isWritable() {
        return channel().isWritable();
    }

    Channel channel() {
        return context().channel();
    }

    EventLoop loop() {
        return channel().eventLoop();
    }

    Future<?> schedule(Duration delay, Runnable task) {
        return loop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The peer may send so many bytes from now on; negative for any number. */
    void allow(long bytes) {
        quota = bytes < 0 ? Long.MAX_VALUE : received + bytes;
    }

    /**
     * Lets the kernel collect so many bytes before it wakes the event loop: one wake for several messages. The end of the connection wakes
     * it anyway. Does nothing without epoll.
     */
    void collect(int bytes) {
        if (channel() instanceof EpollSocketChannel) {
            channel().config().setOption(RECEIVE_LOW_WATER, bytes);
        }
    }

    /** Reads no more; what was read already waits, and the message that is being told is the last. */
    void pause() {
        paused = true;
        if (decoder != null) {
            decoder.pause(true);
        }
        read();
    }

    /** Reads on, beginning with what waits. */
    void resume() {
        if (!paused || over || decoder == null) {
            return;
        }
        paused = false;
        decoder.pause(false);
        ByteBuf waiting = rest;
        rest = null;
        if (waiting != null) {
            consume(waiting);
            session.received();
        }
        read();
    }

    private void read() {
        channel().config().setAutoRead(over || (!paused && channel().isWritable()));
    }

    /**
     * Moves the channel to another event loop, while paused.
     *
     * @param moved run there; not run when the connection ends first
     */
    void move(EventLoop target, Runnable moved) {
        Channel channel = channel();
        if (channel.eventLoop().equals(target)) {
            moved.run();
            return;
        }
        channel.deregister().addListener(left -> target.register(channel).addListener(entered -> {
            if (!entered.isSuccess()) {
                channel.close();
            } else if (!over) {
                moved.run();
            }
        }));
    }

    /** Says a command and flushes. */
    void command(int stream, Command command) {
        ByteBuf body = command.body(context().alloc());
        send(ChunkWriter.COMMANDS, MessageType.COMMAND, stream, 0, body);
        body.release();
        flush();
    }

    /** Says a protocol control message of numbers of 4 bytes; without a flush. */
    void control(int type, int number) {
        ByteBuf body = context().alloc().buffer(5).writeInt(number);
        if (type == MessageType.SET_PEER_BANDWIDTH) {
            body.writeByte(2);
        }
        send(ChunkWriter.CONTROL, type, 0, 0, body);
        body.release();
    }

    /** Says a user control event; without a flush. */
    void event(int event, int number) {
        ByteBuf body = context().alloc().buffer(6).writeShort(event).writeInt(number);
        send(ChunkWriter.CONTROL, MessageType.USER_CONTROL, 0, 0, body);
        body.release();
    }

    /** Makes the chunks that follow large: fewer headers. */
    void largeChunks() {
        control(MessageType.SET_CHUNK_SIZE, CHUNK_SIZE);
        writer.chunkSize(CHUNK_SIZE);
    }

    /**
     * Says a message; without a flush.
     *
     * @param body read to its end; stays the caller's
     */
    void send(int chunkStream, int type, int stream, long timestamp, ByteBuf body) {
        ChannelHandlerContext ctx = context();
        ctx.write(writer.write(ctx.alloc(), chunkStream, type, stream, timestamp, body), ctx.voidPromise());
    }

    void flush() {
        context().flush();
    }

    /** Asks the peer to go elsewhere, when it can be asked; otherwise ends the connection at once. */
    void leave() {
        if (over || !session.leave()) {
            channel().close();
        }
    }

    /**
     * Ends the connection after what was said has gone out; the session hears no more. What the peer still sends is read and thrown away for
     * a second: closing at once would cost it our last words.
     */
    void finish() {
        if (over) {
            return;
        }
        end();
        Channel channel = channel();
        read();
        ChannelFuture last = context().writeAndFlush(Unpooled.EMPTY_BUFFER);
        if (channel instanceof DuplexChannel duplex && channel.pipeline().get(SslHandler.class) == null) {
            last.addListener(done -> duplex.shutdownOutput());
            schedule(LINGER, channel::close);
        } else {
            last.addListener(done -> channel.close());
            schedule(LINGER, channel::close);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        handshake = new Handshake(server, ctx.alloc());
        decoder = new ChunkDecoder(limits, ctx.alloc(), this::message);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        session.connected(this);
        if (!server) {
            ctx.writeAndFlush(Handshake.hello(ctx.alloc()));
        }
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (over) {
            in.release();
            return;
        }
        received += in.readableBytes();
        if (received > quota) {
            in.release();
            fail("more than " + limits.bytesBeforePublish() + " bytes before it publishes", true);
            return;
        }
        if (rest != null) {
            ByteBuf waiting = rest;
            rest = ctx.alloc().buffer(waiting.readableBytes() + in.readableBytes()).writeBytes(waiting).writeBytes(in);
            waiting.release();
            in.release();
        } else {
            consume(in);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (over) {
            return;
        }
        session.received();
        if (!over && received - acknowledged >= window) {
            acknowledged = received;
            control(MessageType.ACKNOWLEDGEMENT, (int) received);
            flush();
        }
    }

    private void consume(ByteBuf in) {
        try {
            if (handshake != null) {
                shake(handshake, in);
            }
            if (handshake == null && decoder != null && !over) {
                decoder.decode(in);
            }
        } catch (RtmpFault fault) {
            fail(fault.reason(), true);
        }
        if (in.isReadable() && !over) {
            rest = in;
        } else {
            in.release();
        }
    }

    private void shake(Handshake shaking, ByteBuf in) {
        while (in.isReadable() && !shaking.isComplete() && !over) {
            ByteBuf answer = shaking.read(in);
            if (answer != null) {
                context().writeAndFlush(answer);
            }
        }
        if (shaking.isComplete() && !over) {
            shaking.close();
            handshake = null;
            session.opened();
        }
    }

    private void message(int type, int stream, long timestamp, ByteBuf body) {
        switch (type) {
            case MessageType.AUDIO, MessageType.VIDEO, MessageType.AGGREGATE, MessageType.DATA ->
                session.media(type, timestamp, body);
            case MessageType.DATA_AMF3 -> session.media(MessageType.DATA, timestamp, unwrapped(body));
            case MessageType.COMMAND, MessageType.COMMAND_AMF3 -> {
                Command command;
                try {
                    command = Command.read(type == MessageType.COMMAND ? body : unwrapped(body));
                } finally {
                    body.release();
                }
                session.command(stream, command);
            }
            case MessageType.USER_CONTROL -> userControl(body);
            case MessageType.WINDOW_ACK_SIZE -> {
                window = Math.max(LEAST_WINDOW, body.readableBytes() < 4 ? WINDOW : body.readUnsignedInt());
                body.release();
            }
            // Acknowledgements, bandwidth, shared objects and what nobody knows.
            default -> body.release();
        }
    }

    /** A message of AMF 3 begins with a byte that says that AMF 0 follows. */
    private static ByteBuf unwrapped(ByteBuf body) {
        return body.isReadable() && body.getByte(body.readerIndex()) == 0 ? body.skipBytes(1) : body;
    }

    private void userControl(ByteBuf body) {
        int event = body.readableBytes() < 2 ? -1 : body.readUnsignedShort();
        int number = body.readableBytes() < 4 ? 0 : body.readInt();
        body.release();
        if (event == MessageType.PING_REQUEST) {
            event(MessageType.PING_RESPONSE, number);
            flush();
        } else {
            session.event(event);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        read();
        if (!over) {
            session.writabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(handshake != null && handshake.isStarted()
                ? "closed the connection in the handshake"
                : "closed the connection", false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable reason = cause instanceof io.netty.handler.codec.DecoderException && cause.getCause() != null
                ? cause.getCause()
                : cause;
        if (!(reason instanceof IOException)) {
            LOG.atError().setCause(reason).log("RTMP connection failed");
        }
        fail(Reasons.of(reason), false);
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        end();
    }

    private void fail(String reason, boolean fault) {
        if (over) {
            return;
        }
        end();
        session.closed(reason, fault);
        channel().close();
    }

    private void end() {
        over = true;
        if (handshake != null) {
            handshake.close();
        }
        if (decoder != null) {
            decoder.close();
        }
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }
}
