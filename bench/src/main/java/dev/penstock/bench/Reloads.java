package dev.penstock.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Blocking reloads of a low-latency playlist: all players wait for the same part and are released at once. Measures a server that
 * runs, and then, with the same players, {@link RawReloads}, which sends the same bytes.
 */
@Command(name = "reloads", description = "Releases many waiting playlist reloads per part, beside a raw-socket reference.")
public final class Reloads implements Callable<Integer> {
    private static final Pattern HINT = Pattern.compile("PRELOAD-HINT:TYPE=PART,URI=\"[^\"]*?(\\d+)\\.(\\d+)\\.m4s\"");
    private static final Pattern LISTENS = Pattern.compile("listens on .*:(\\d+)");
    private static final int WARM_UP = 10;

    @Parameters(description = "URL of a media playlist with parts")
    private URI url = URI.create("http://127.0.0.1:8080/live/default/camera/video.m3u8");
    @Option(names = "--pid", required = true, description = "process of the server, for its CPU time")
    private long pid;
    @Option(names = "--players", description = "reloads that wait at a time (default: ${DEFAULT-VALUE})")
    private int players = 500;
    @Option(names = "--parts", description = "parts to wait for (default: ${DEFAULT-VALUE})")
    private int parts = 60;
    @Option(names = "--loops", description = "event loops of the reference (default: ${DEFAULT-VALUE})")
    private int loops = 2;

    private final Semaphore answers = new Semaphore(0);

    /** Runs the benchmark. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Reloads()).execute(args));
    }

    /** What one server did: ms from the first answer of a part to the others, and CPU-seconds for 1,000 reloads. */
    private record Result(double p50, double p99, double max, double cpu, byte[] answer, int refused) {
        void print(String name) {
            System.out.printf("%-10s spread p50 %6.1f ms, p99 %6.1f ms, max %6.1f ms; %.4f CPU-s per 1,000 reloads%s%n",
                    name,
                    p50, p99, max, cpu, refused == 0 ? "" : "; broken " + refused);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Result ours = measure(new InetSocketAddress(url.getHost(), url.getPort()),
                () -> ServerProcess.cpuSeconds(pid));
        ours.print("server");
        Path answer = Files.createTempFile("answer", ".http");
        Path log = Files.createTempFile("raw-reloads", ".log");
        Files.write(answer, ours.answer());
        List<String> command = List.of(System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), RawReloads.class.getName(), "--loops",
                Integer.toString(loops), answer.toString());
        try (ServerProcess reference = new ServerProcess("raw sockets", command, log)) {
            int port = Integer.parseInt(reference.await(LISTENS));
            Result raw = measure(new InetSocketAddress("127.0.0.1", port), reference::cpuSeconds);
            raw.print("reference");
            System.out.printf("answer %d bytes; p99 spread %.2f times the reference's; CPU %.2f times%n",
                    ours.answer().length,
                    ours.p99() / raw.p99(), ours.cpu() / raw.cpu());
            return ours.refused() + raw.refused() == 0 ? 0 : 1;
        } finally {
            Files.delete(answer);
            Files.delete(log);
        }
    }

    private Result measure(InetSocketAddress server, DoubleSupplier cpu) throws IOException, InterruptedException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        List<ReloadViewer> all = new ArrayList<>();
        for (int i = 0; i < players; i++) {
            ReloadViewer viewer = new ReloadViewer(answers::release);
            new Bootstrap().group(group).channel(EpollSocketChannel.class)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel ch) {
                            ch.pipeline().addLast(viewer);
                        }
                    }).connect(server).sync();
            all.add(viewer);
        }
        answers.drainPermits();
        round(all.subList(0, 1), "");
        double[] spreads = new double[players * parts];
        double before = 0;
        for (int part = -WARM_UP; part < parts; part++) {
            before = part == 0 ? cpu.getAsDouble() : before;
            round(all, next(all.getFirst().answer()));
            long first = all.stream().mapToLong(ReloadViewer::arrivedNanos).min().orElse(0);
            for (int i = 0; i < players && part >= 0; i++) {
                spreads[part * players + i] = (all.get(i).arrivedNanos() - first) / 1e6;
            }
        }
        double used = cpu.getAsDouble() - before;
        int broken = (int) all.stream().filter(ReloadViewer::isBroken).count();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        Arrays.sort(spreads);
        return new Result(spreads[spreads.length / 2], spreads[spreads.length * 99 / 100], spreads[spreads.length - 1],
                used * 1000 / spreads.length, all.getFirst().answer(), broken);
    }

    private void round(List<ReloadViewer> asking, String query) throws InterruptedException {
        ByteBuf request = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("GET " + url.getRawPath() + query
                + " HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\nUser-Agent: bench\r\nOrigin: http://bench\r\n\r\n",
                StandardCharsets.US_ASCII));
        for (ReloadViewer viewer : asking) {
            viewer.ask(request.duplicate());
        }
        if (!answers.tryAcquire(asking.size(), 30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no answer for 30 s");
        }
    }

    /** Asks for the part that the last playlist hints at. */
    private static String next(byte[] answer) throws IOException {
        String head = new String(answer, StandardCharsets.ISO_8859_1);
        int body = head.indexOf("\r\n\r\n") + 4;
        ByteArrayInputStream bytes = new ByteArrayInputStream(answer, body, answer.length - body);
        boolean zipped = head.substring(0, body).contains("gzip");
        String text = new String((zipped ? new GZIPInputStream(bytes) : bytes).readAllBytes(), StandardCharsets.UTF_8);
        Matcher hint = HINT.matcher(text);
        if (!hint.find()) {
            throw new IllegalStateException("no EXT-X-PRELOAD-HINT in:\n" + text);
        }
        return "?_HLS_msn=" + hint.group(1) + "&_HLS_part=" + hint.group(2);
    }
}
