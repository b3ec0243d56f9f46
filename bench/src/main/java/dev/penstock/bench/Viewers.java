package dev.penstock.bench;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Many HTTP-TS viewers of one stream; checks every packet's continuity counter and compares what each got. */
@Command(name = "viewers", description = "Opens many HTTP-TS viewers and checks that each gets the whole stream.")
public final class Viewers implements Callable<Integer> {
    @Parameters(description = "URL of a stream.ts")
    private URI url = URI.create("http://127.0.0.1:8080/live/default/camera/stream.ts");
    @Option(names = "--viewers", description = "viewers that read (default: ${DEFAULT-VALUE})")
    private int viewers = 500;
    @Option(names = "--stalled", description = "viewers that never read (default: ${DEFAULT-VALUE})")
    private int stalled;
    @Option(names = "--seconds", description = "length of the measurement, s (default: ${DEFAULT-VALUE})")
    private int seconds = 60;

    /** Runs the tool. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Viewers()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        List<Viewer> reading = new ArrayList<>();
        List<Viewer> stuck = new ArrayList<>();
        for (int i = 0; i < viewers + stalled; i++) {
            Viewer viewer = new Viewer(i >= viewers);
            (i < viewers ? reading : stuck).add(viewer);
            connect(loops, viewer);
        }
        TimeUnit.SECONDS.sleep(3);
        long[] before = reading.stream().mapToLong(v -> v.bytes).toArray();
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double elapsed = (System.nanoTime() - start) / 1e9;
        long[] got = new long[reading.size()];
        for (int i = 0; i < got.length; i++) {
            got[i] = reading.get(i).bytes - before[i];
        }
        int bad = report(reading, stuck, got, elapsed);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        return bad == 0 ? 0 : 1;
    }

    private int report(List<Viewer> reading, List<Viewer> stuck, long[] got, double elapsed) {
        long min = Long.MAX_VALUE;
        long max = 0;
        long sum = 0;
        for (long bytes : got) {
            min = Math.min(min, bytes);
            max = Math.max(max, bytes);
            sum += bytes;
        }
        long jumps = reading.stream().mapToLong(v -> v.check.jumps()).sum();
        long announced = reading.stream().mapToLong(v -> v.check.announced()).sum();
        long unaligned = reading.stream().mapToLong(v -> v.check.unaligned()).sum();
        long refused = reading.stream().filter(v -> !v.ok).count();
        long closed = reading.stream().filter(v -> v.closed).count();
        System.out.printf("viewers %d, refused %d, closed early %d%n", reading.size(), refused, closed);
        System.out.printf("received %.1f MB in %.1f s: %.1f MB/s, %.3f Mbit/s per viewer%n", sum / 1e6, elapsed,
                sum / 1e6 / elapsed, sum * 8 / 1e6 / elapsed / Math.max(1, got.length));
        System.out.printf("slowest/fastest %.4f%n", max == 0 ? 0 : min / (double) max);
        System.out.printf("continuity jumps %d, announced discontinuities %d, packets off 0x47 %d%n", jumps, announced,
                unaligned);
        System.out.printf("stalled viewers %d, closed by the server %d%n", stuck.size(),
                stuck.stream().filter(v -> v.closed).count());
        boolean fair = max > 0 && min >= 0.99 * max;
        return refused + closed + jumps + unaligned > 0 || !fair ? 1 : 0;
    }

    private void connect(EventLoopGroup loops, Viewer viewer) throws InterruptedException {
        Channel channel = new Bootstrap().group(loops).channel(EpollSocketChannel.class)
                .option(ChannelOption.AUTO_READ, !viewer.stalled).handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline().addLast(viewer);
                    }
                }).connect(url.getHost(), url.getPort()).sync().channel();
        String request = "GET " + url.getRawPath() + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n";
        channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII)).sync();
    }

    /** One viewer; its state belongs to its event loop, the main thread only reads the counters. */
    private static final class Viewer extends SimpleChannelInboundHandler<ByteBuf> {
        private final boolean stalled;
        private final ContinuityCheck check = new ContinuityCheck();
        private final StringBuilder head = new StringBuilder();
        private boolean body;
        private volatile boolean ok;
        private volatile boolean closed;
        private volatile long bytes;

        Viewer(boolean stalled) {
            this.stalled = stalled;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
            while (!body && in.isReadable()) {
                head.append((char) in.readByte());
                if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                    body = true;
                    ok = head.substring(0, Math.min(12, head.length())).equals("HTTP/1.1 200");
                }
            }
            if (ok) {
                check.accept(in);
                long more = in.readableBytes();
                bytes = bytes + more;
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed = true;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
