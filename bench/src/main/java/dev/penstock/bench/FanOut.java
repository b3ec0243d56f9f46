package dev.penstock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** HTTP-TS viewers of Penstock beside HTTP-FLV viewers of node-media-server, by turns, on one core: what a second of CPU delivers. */
@Command(name = "fan-out", description = "Measures delivery to many viewers, beside node-media-server. Run it from the checkout.")
public final class FanOut implements Callable<Integer> {
    private static final double FIRST_WARM_UP = 10;
    private static final double WARM_UP = 5;
    private static final int SEGMENT_PLAYERS = 64;
    private static final int FIRST_VIEWERS = 50;

    @Option(names = "--rows", split = ",", description = "which rows: ${COMPLETION-CANDIDATES} (default: all)")
    private Set<Row> rows = Set.of(Row.values());
    @Option(names = "--viewers", description = "viewers of the rows that have 1,000 (default: ${DEFAULT-VALUE})")
    private int viewers = 1000;
    @Option(names = "--many", description = "viewers of the row with many (default: ${DEFAULT-VALUE})")
    private int many = 5000;
    @Option(names = "--seconds", description = "length of a window, s (default: ${DEFAULT-VALUE})")
    private int seconds = 20;
    @Option(names = "--rounds", description = "windows of each server, by turns; the median counts (default: ${DEFAULT-VALUE})")
    private int rounds = 3;
    @Option(names = "--kbits", description = "picture's bit rate, kbit/s; the targets are for the default (default: ${DEFAULT-VALUE})")
    private int kbits = 2000;
    @Option(names = "--scale", description = "divides the viewers of the sizing row (default: ${DEFAULT-VALUE})")
    private int scale = 2;
    @Option(names = "--server-cpu", description = "core of the servers (default: ${DEFAULT-VALUE})")
    private String serverCpu = "0";
    @Option(names = "--client-cpus", description = "cores of load client and publisher (default: ${DEFAULT-VALUE})")
    private String clientCpus = "1";
    @Option(names = "--media", description = "folder for the streams that FFmpeg makes (default: ${DEFAULT-VALUE})")
    private Path media = Path.of("target");
    @Option(names = "--peer", description = "folder for node-media-server, installed there by npm (default: ${DEFAULT-VALUE})")
    private Path peer = Path.of("target/peer");
    @Option(names = "--ffmpeg", description = "program that makes the streams (default: ${DEFAULT-VALUE})")
    private String ffmpeg = "ffmpeg";
    @Option(names = "--penstock", description = "the launcher (default: ${DEFAULT-VALUE})")
    private Path penstock = Path.of("penstock");

    private FanServers servers;
    private FlvTags tags;
    private final List<String> verdicts = new ArrayList<>();
    private boolean missed;

    /** The rows of the table. */
    enum Row {
        PEER, STALLED, LOOPS, MANY, SIZING, SEGMENTS
    }

    /** Runs the tool. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new FanOut()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        needFiles(Math.max(viewers, rows.contains(Row.MANY) ? many : 0) + 500);
        if (rows.contains(Row.PEER)) {
            FanServers.install(peer);
        }
        tags = FlvTags.read(stream(kbits));
        servers = new FanServers(Files.createTempDirectory("fan-out"), penstock, peer);
        System.out.printf("Stream of %d kbit/s; load of the machine: %s%n%n", tags.rate() / 1000,
                Files.readString(Path.of("/proc/loadavg")).strip());
        System.out.println("| what | MB/s | CPU | MB per CPU-s | KB a viewer | slowest/fastest | p50 / p99 ms | faults "
                + "| client |\n|---|---|---|---|---|---|---|---|---|");
        pin(clientCpus);
        if (rows.contains(Row.PEER)) {
            besidePeer();
        }
        if (rows.contains(Row.STALLED)) {
            stalled();
        }
        if (rows.contains(Row.MANY)) {
            many();
        }
        if (rows.contains(Row.LOOPS)) {
            loops();
        }
        if (rows.contains(Row.SIZING)) {
            sizing();
        }
        if (rows.contains(Row.SEGMENTS)) {
            segments();
        }
        System.out.printf("%nLoad of the machine at the end: %s%n", Files.readString(Path.of("/proc/loadavg")).strip());
        verdicts.forEach(System.out::println);
        return missed ? 1 : 0;
    }

    private void besidePeer() throws Exception {
        try (FanServers.Running at50 = servers.penstock(serverCpu, 1, 50, 1, tags);
                FanServers.Running at100 = servers.penstock(serverCpu, 1, 100, 1, tags);
                FanServers.Running other = servers.peer(serverCpu, tags)) {
            List<FanWindow> peers = new ArrayList<>();
            List<FanWindow> short50 = new ArrayList<>();
            List<FanWindow> long100 = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                peers.add(window(viewers + " of node-media-server", other, viewers, 0, round == 0));
                short50.add(window(viewers + ", flush 50 ms", at50, viewers, 0, round == 0));
                long100.add(window(viewers + ", flush 100 ms", at100, viewers, 0, round == 0));
            }
            double base = median(peers, FanWindow::efficiency);
            atLeast("bytes per CPU-second at 50 ms, times node-media-server",
                    median(short50, FanWindow::efficiency) / base, 3);
            atLeast("bytes per CPU-second at 100 ms, times node-media-server",
                    median(long100, FanWindow::efficiency) / base, 5);
            atMost("KB a viewer at " + viewers, short50.getFirst().residentKb(), 20);
            atMost("p99 at 50 ms, ms", median(short50, FanWindow::p99), 65);
            atMost("p99 at 100 ms, ms", median(long100, FanWindow::p99), 115);
            atLeast("slowest of fastest", median(short50, FanWindow::fair), 0.99);
        }
    }

    private void stalled() throws Exception {
        try (FanServers.Running server = servers.penstock(serverCpu, 1, 50, 1, tags)) {
            FanWindow without = window("500, flush 50 ms", server, 500, 0, true);
            FanWindow with = window("500 and 200 stalled", server, 500, 200, false);
            FanWindow again = window("500, flush 50 ms", server, 500, 0, false);
            atLeast("bytes per CPU-second beside stalled viewers, times those without",
                    with.efficiency() / (without.efficiency() + again.efficiency()) * 2, 0.9);
            atMost("p99 beside stalled viewers, ms", with.p99(), 65);
            atLeast("slowest of fastest beside stalled viewers", with.fair(), 0.99);
        }
    }

    private void many() throws Exception {
        try (FanServers.Running server = servers.penstock(serverCpu, 1, 50, 1, tags)) {
            FanWindow window = window(many + ", flush 50 ms", server, many, 0, true);
            double due = tags.rate() / 8.0 * window.seconds() * many;
            atLeast("of the stream that each of " + many + " got", window.bytes() / due, 1);
            atMost("KB a viewer at " + many, window.residentKb(), 10);
            atMost("p99 at " + many + ", ms", window.p99(), 100);
            atLeast("slowest of fastest at " + many, window.fair(), 0.99);
        }
    }

    private void loops() throws Exception {
        try (FanServers.Running one = servers.penstock(serverCpu, 1, 50, 1, tags);
                FanServers.Running two = servers.penstock(serverCpu + "," + clientCpus, 2, 50, 1, tags)) {
            List<FanWindow> ones = new ArrayList<>();
            List<FanWindow> twos = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                ones.add(window(viewers + ", one loop", one, viewers, 0, round == 0));
                pin(serverCpu + "," + clientCpus);
                twos.add(window(viewers + ", two loops", two, viewers, 0, round == 0));
                pin(clientCpus);
            }
            atLeast("bytes per second of the busiest loop, two loops, times one",
                    median(twos, FanWindow::busiestEfficiency)
                            / median(ones, FanWindow::busiestEfficiency),
                    1.7);
        }
    }

    private void sizing() throws Exception {
        FlvTags big = FlvTags.read(stream(7600));
        try (FanServers.Running server = servers.penstock(serverCpu, 1, 50, 10, big)) {
            FanWindow window = window("10 streams of " + big.rate() / 100_000 / 10.0 + " Mbit/s, " + 1250 / scale,
                    server, 1250 / scale, 0, true);
            double resident = server.process().residentMb();
            verdicts.add(String.format(Locale.ROOT,
                    "sizing: 1/%d of 1,250 viewers, %.2f Gbit/s with %.0f %% of a core; resident %.0f MB, %.0f MB of them before the first stream",
                    scale, window.bytes() * 8 / 1e9 / window.seconds(), window.cpuSeconds() / window.seconds() * 100,
                    resident, server.emptyMb()));
            atMost("MB for streams and viewers of the sizing example (restreamer's formula: 6,250 of output buffers)",
                    resident - server.emptyMb(), 250);
        }
    }

    private void segments() throws Exception {
        try (FanServers.Running ours = servers.penstock(serverCpu, 1, 50, 1, tags);
                FanServers.FileServer other = servers.nginx(serverCpu)) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                List<String> names = other.copy(ours.http(), "/live/default/s0/");
                double base = rate("HLS segments of nginx", other.port(), names);
                ratios.add(rate("HLS segments", ours.http(), names) / base);
            }
            atLeast("HLS segments a second, times nginx from tmpfs",
                    ratios.stream().sorted().skip(rounds / 2).findFirst().orElseThrow(), 0.8);
        }
    }

    private double rate(String what, int port, List<String> paths) {
        try (SegmentLoad load = new SegmentLoad(port, paths, SEGMENT_PLAYERS)) {
            load.run(1);
            double each = load.run(seconds / 2.0);
            System.out.printf("| %s: %.0f a second to %d players |%n", what, each, SEGMENT_PLAYERS);
            return each;
        }
    }

    private FanWindow window(String what, FanServers.Running server, int reading, int stuck,
            boolean first) {
        if (first) {
            // What the first viewers cost, classes and compiled code, is not a cost of each viewer.
            try (LoadClient client = new LoadClient(server.http(), FIRST_VIEWERS, 0)) {
                client.connect(server.paths());
                client.run(FIRST_WARM_UP);
            }
        }
        double before = server.process().residentMb();
        try (LoadClient client = new LoadClient(server.http(), reading, stuck)) {
            client.connect(server.paths());
            client.run(WARM_UP);
            client.mark();
            FanWindow.Watch watch = new FanWindow.Watch(server.process());
            client.run(seconds);
            double resident = (server.process().residentMb() - before) * 1e6 / 1024 / (reading + stuck);
            FanWindow window = watch.end(client, resident);
            System.out.println(window.row(what));
            missed |= window.faults() > 0;
            return window;
        }
    }

    private void atLeast(String what, double figure, double target) {
        verdict(what, figure, ">= ", target, figure >= target);
    }

    private void atMost(String what, double figure, double target) {
        verdict(what, figure, "<= ", target, figure <= target);
    }

    private void verdict(String what, double figure, String sign, double target, boolean met) {
        missed |= !met;
        verdicts.add(String.format(Locale.ROOT, "%-7s %s: %.3g (target: %s%s)", met ? "met" : "MISSED", what, figure,
                sign, target));
    }

    private static double median(List<FanWindow> windows, ToDoubleFunction<FanWindow> figure) {
        return windows.stream().sorted(Comparator.comparingDouble(figure)).skip(windows.size() / 2).findFirst()
                .map(figure::applyAsDouble).orElseThrow();
    }

    /** Keeps this process, load client and publisher, off the core of the servers. */
    private static void pin(String cpus) throws IOException, InterruptedException {
        int status = new ProcessBuilder("taskset", "-a", "-c", "-p", cpus,
                Long.toString(ProcessHandle.current().pid())).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
        if (status != 0) {
            throw new IOException(
                    "taskset -c " + cpus + " ended with " + status + " (expected: cores of this machine)");
        }
    }

    private static void needFiles(int count) throws IOException {
        Matcher limit = Pattern.compile("Max open files\\s+(\\d+)")
                .matcher(Files.readString(Path.of("/proc/self/limits")));
        if (limit.find() && Long.parseLong(limit.group(1)) < count) {
            throw new IOException("open files: " + limit.group(1) + " (expected: at least " + count
                    + "; raise the hard limit: ulimit -n " + count + ", as root)");
        }
    }

    /** A stream of noise and colour bars, filled up to its rate. */
    private Path stream(int kbits) throws IOException, InterruptedException {
        Path file = media.resolve("fan-out-" + kbits + ".flv");
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(media);
        String rate = kbits + "k";
        int status = new ProcessBuilder(ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i",
                "testsrc2=size=1280x720:rate=25", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t",
                "20",
                "-c:v", "libx264", "-preset", "ultrafast", "-b:v", rate, "-maxrate", rate, "-bufsize", kbits / 2 + "k",
                "-x264-params", "nal-hrd=cbr", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k",
                file.toString()).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(ffmpeg + " ended with " + status + " (expected: an FFmpeg with libx264)");
        }
        return file;
    }
}
