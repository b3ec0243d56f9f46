package dev.penstock.bench;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

/**
 * An RTSP server that plays one file to each client, from a random frame and at a random phase. One owner: its event loop; the
 * counters are read by anybody.
 */
final class RtspReplayer {
    private static final int RATE = 25;
    private static final int SLOTS = 20;
    private static final int FRAME_MILLIS = 1000 / RATE;

    private final EventLoop loop;
    private final RtspFile file;
    private final int port;
    private final Random random = new Random(1);
    private final List<List<Camera>> slots = new ArrayList<>();
    private Channel listener;
    private int slot;
    private volatile int playing;

    RtspReplayer(EventLoopGroup loops, RtspFile file, int port) {
        this.loop = loops.next();
        this.file = file;
        this.port = port;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new ArrayList<>());
        }
        long nanos = TimeUnit.MILLISECONDS.toNanos(FRAME_MILLIS) / SLOTS;
        loop.scheduleAtFixedRate(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Clients that are played to. */
    int playing() {
        return playing;
    }

    void listen() throws InterruptedException {
        listener = new ServerBootstrap().group(loop).channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Camera());
                    }
                }).bind(new InetSocketAddress("127.0.0.1", port)).sync().channel();
    }

    /** All cameras lose power. */
    void kill() throws InterruptedException {
        listener.close().sync();
        loop.submit(() -> slots.forEach(cameras -> List.copyOf(cameras).forEach(Camera::close))).sync();
    }

    private void tick() {
        slot = (slot + 1) % SLOTS;
        slots.get(slot).forEach(Camera::send);
    }

    /** A client's camera. */
    private final class Camera extends SimpleChannelInboundHandler<ByteBuf> {
        private final StringBuilder request = new StringBuilder();
        private int place = -1;
        private int frame = random.nextInt(file.frames());
        private int sequence = random.nextInt(65_536);
        private int time = random.nextInt();
        private ChannelHandlerContext context;

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
            request.append(in.toString(StandardCharsets.ISO_8859_1));
            int end;
            while ((end = request.indexOf("\r\n\r\n")) >= 0) {
                answer(request.substring(0, end));
                request.delete(0, end + 4);
            }
        }

        private void answer(String asked) {
            String method = asked.substring(0, asked.indexOf(' '));
            String number = asked.replaceAll("(?s).*CSeq: (\\d+).*", "$1");
            String body = method.equals("DESCRIBE")
                    ? "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                            + "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=" + file.parameterSets()
                            + "\r\na=control:video\r\n"
                    : "";
            String headers = switch (method) {
                case "OPTIONS" -> "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER\r\n";
                case "SETUP" -> "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n";
                case "DESCRIBE" -> "Content-Type: application/sdp\r\nContent-Length: " + body.length() + "\r\n";
                default -> "";
            };
            String text = "RTSP/1.0 200 OK\r\nCSeq: " + number + "\r\nSession: 1;timeout=60\r\n" + headers + "\r\n"
                    + body;
            context.writeAndFlush(context.alloc().buffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1)));
            if (method.equals("PLAY") && place < 0) {
                place = random.nextInt(SLOTS);
                slots.get(place).add(this);
                playing = playing + 1;
            }
        }

        private void send() {
            byte[] packets = file.frame(frame++);
            ByteBuf out = context.alloc().buffer(packets.length).writeBytes(packets);
            for (int at = 0; at < packets.length; at += 4 + out.getUnsignedShort(at + 2)) {
                out.setShort(at + 6, sequence++).setInt(at + 8, time);
            }
            time += 90_000 / RATE;
            context.writeAndFlush(out);
        }

        private void close() {
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (place >= 0) {
                slots.get(place).remove(this);
                playing = playing - 1;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
