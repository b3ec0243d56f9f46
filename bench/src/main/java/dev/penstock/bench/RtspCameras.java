package dev.penstock.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many RTSP cameras that nobody watches, pulled by one Penstock: what each costs, and how soon all are back after a power cut. */
@Command(name = "rtsp-cameras", description = "Lets Penstock pull many cameras and measures what each costs.")
public final class RtspCameras implements Callable<Integer> {
    /** Clock ticks of /proc in a second (USER_HZ). */
    private static final double TICKS = 100;

    @Option(names = "--file", required = true, description = "H.264 with start codes, no B-frames, one slice a frame")
    private Path file;
    @Option(names = "--cameras", split = ",", description = "how many, one after the other (default: ${DEFAULT-VALUE})")
    private List<Integer> cameras = List.of(200, 500);
    @Option(names = "--seconds", description = "length of a measurement, s (default: ${DEFAULT-VALUE})")
    private int seconds = 60;
    @Option(names = "--restart", description = "instead: kill all cameras, bring them back, and see how long it takes")
    private boolean restart;
    @Option(names = "--down", description = "with --restart: how long they are away, s (default: ${DEFAULT-VALUE})")
    private int down = 20;
    @Option(names = "--penstock", split = " ", description = "program that is started (default: ${DEFAULT-VALUE})")
    private List<String> penstock = List.of("./penstock");
    @Option(names = "--http", description = "its port (default: ${DEFAULT-VALUE})")
    private int http = 18_555;
    @Option(names = "--port", description = "port of the cameras (default: ${DEFAULT-VALUE})")
    private int port = 18_554;

    private final HttpClient client = HttpClient.newHttpClient();

    /** Runs the tool. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new RtspCameras()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RtspFile played = new RtspFile(file);
        System.out.printf("%d frames, %.0f kbit/s%n", played.frames(), played.bitrate(25) / 1000);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        RtspReplayer replayer = new RtspReplayer(loops, played, port);
        replayer.listen();
        int bad = 0;
        for (int count : cameras) {
            bad += run(replayer, count);
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        return bad == 0 ? 0 : 1;
    }

    private int run(RtspReplayer replayer, int count) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("penstock-cameras");
        Path resources = Files.createDirectories(folder.resolve("resources"));
        List<String> command = new ArrayList<>(penstock);
        command.addAll(List.of("run", resources.toString(), "--http", Integer.toString(http), "--data",
                Files.createDirectories(folder.resolve("data")).toString()));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            await(() -> get("/healthz").isPresent(), 60);
            TimeUnit.SECONDS.sleep(3);
            long before = resident(process);
            write(resources, count);
            long start = System.nanoTime();
            await(() -> live() == count, 120);
            System.out.printf("%d cameras live after %.1f s%n", count, (System.nanoTime() - start) / 1e9);
            return restart ? restart(replayer, count, log) : measure(process, count, before, log);
        } finally {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
            process.destroyForcibly();
            await(() -> replayer.playing() == 0, 20);
        }
    }

    private int measure(Process process, int count, long before, Path log) throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(15);
        double cpu = cpuSeconds(process);
        long start = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double used = (cpuSeconds(process) - cpu) / ((System.nanoTime() - start) / 1e9);
        long now = resident(process);
        long failures = Files.readString(log).lines().filter(line -> line.contains("Source failed")).count();
        System.out.printf("%d cameras: %.1f %% of a core, %.4f %% a camera; resident %.1f MB, %.1f MB without cameras, "
                + "%.0f KB a camera; live %d, stalls and failures %d%n", count, used * 100, used * 100 / count,
                now / 1e6,
                before / 1e6, (now - before) / 1e3 / count, live(), failures);
        return failures == 0 && live() == count ? 0 : 1;
    }

    private int restart(RtspReplayer replayer, int count, Path log) throws IOException, InterruptedException {
        replayer.kill();
        TimeUnit.SECONDS.sleep(down);
        replayer.listen();
        long start = System.nanoTime();
        await(() -> live() == count, 180);
        double took = (System.nanoTime() - start) / 1e9;
        List<String> lines = Files.readAllLines(log);
        long late = lines.stream().filter(line -> line.contains("no transport packets within")
                || line.contains("no answer to the connect")).count();
        System.out.printf("%d cameras away for %d s: all live again after %.1f s, time-outs %d%n", count, down, took,
                late);
        return late == 0 && live() == count ? 0 : 1;
    }

    private void write(Path resources, int count) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("---\napiVersion: penstock.dev/v1alpha1\nkind: LiveStream\nmetadata: {name: cam-").append(i)
                    .append("}\nspec: {source: {pull: {urls: [{url: \"rtsp://127.0.0.1:").append(port).append("/")
                    .append(i).append("\"}]}}}\n");
        }
        Files.writeString(resources.resolve("cameras.yaml"), text);
    }

    private int live() {
        return get("/api/v1/streams").map(text -> text.split("\"state\":\"Live\"", -1).length - 1).orElse(0);
    }

    private java.util.Optional<String> get(String path) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? java.util.Optional.of(answer.body()) : java.util.Optional.empty();
        } catch (IOException e) {
            return java.util.Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(java.util.function.BooleanSupplier condition, int limitSeconds)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static double cpuSeconds(Process process) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    private static long resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElse(0);
    }
}
