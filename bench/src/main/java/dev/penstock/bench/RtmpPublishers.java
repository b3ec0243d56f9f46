package dev.penstock.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many RTMP publishers at Penstock and, at the same time, as many at nginx-rtmp: CPU and memory of both. */
@Command(name = "rtmp-publishers", description = "Publishes to Penstock and nginx-rtmp at once and compares what it costs them. Run it from the checkout.")
public final class RtmpPublishers implements Callable<Integer> {
    private static final Path NGINX_MODULE = Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so");
    private static final Pattern RTMP_LISTENS = Pattern.compile("RTMP server listens.*?:(\\d+)");

    @Option(names = "--publishers", description = "publishers of each server (default: ${DEFAULT-VALUE})")
    private int publishers = 100;
    @Option(names = "--seconds", description = "length of a window, s (default: ${DEFAULT-VALUE})")
    private int seconds = 60;
    @Option(names = "--windows", description = "windows, one after the other (default: ${DEFAULT-VALUE})")
    private int windows = 3;
    @Option(names = "--file", description = "FLV file to publish; made by FFmpeg when it is not there (default: ${DEFAULT-VALUE})")
    private Path file = Path.of("target/publisher.flv");
    @Option(names = "--ffmpeg", description = "program that makes the file (default: ${DEFAULT-VALUE})")
    private String ffmpeg = "ffmpeg";
    @Option(names = "--encoder", description = "its H.264 encoder (default: ${DEFAULT-VALUE})")
    private String encoder = "libx264";
    @Option(names = "--penstock", description = "the launcher (default: ${DEFAULT-VALUE})")
    private Path penstock = Path.of("penstock");

    /** A publisher with the time at which its clock started. */
    private record Running(RtmpPublisher publisher, long zeroNanos) {
        long dueNanos() {
            return zeroNanos + TimeUnit.MILLISECONDS.toNanos(publisher.dueMs());
        }
    }

    /** Runs the tool. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new RtmpPublishers()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!Files.exists(NGINX_MODULE)) {
            System.err.println(
                    "nginx-rtmp is missing. Install: sudo apt-get install -y --no-install-recommends nginx libnginx-mod-rtmp");
            return 2;
        }
        make();
        FlvTags tags = FlvTags.read(file);
        System.out.printf("%d publishers, %d kbit/s each, %.0f messages a second%n", publishers, tags.rate() / 1000,
                tags.media().size() * 1000.0 / tags.lengthMs());
        Path folder = Files.createTempDirectory("rtmp-publishers");
        int nginxPort = freePort();
        try (ServerProcess ours = penstock(folder); ServerProcess nginx = nginx(folder, nginxPort)) {
            int port = Integer.parseInt(ours.await(RTMP_LISTENS));
            awaitPort(nginxPort);
            return measure(tags, List.of(ours, nginx), List.of(port, nginxPort));
        }
    }

    private int measure(FlvTags tags, List<ServerProcess> servers, List<Integer> ports) throws IOException {
        Random random = new Random(1);
        Comparator<Running> byTime = Comparator.comparingLong(Running::dueNanos);
        PriorityQueue<Running> queue = new PriorityQueue<>(byTime);
        List<List<RtmpPublisher>> all = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < publishers; i++) {
            for (int server = 0; server < servers.size(); server++) {
                RtmpPublisher publisher = new RtmpPublisher(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(server)),
                        "default/cam-" + i + "?key=bench", tags, random.nextInt(tags.media().size()));
                all.get(server).add(publisher);
                long phase = random.nextLong(40_000_000);
                queue.add(new Running(publisher,
                        System.nanoTime() + phase - TimeUnit.MILLISECONDS.toNanos(publisher.dueMs())));
            }
        }
        run(queue, 10);
        for (int window = 0; window < windows; window++) {
            double[] before = servers.stream().mapToDouble(ServerProcess::cpuSeconds).toArray();
            double elapsed = run(queue, seconds);
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < servers.size(); i++) {
                double percent = (servers.get(i).cpuSeconds() - before[i]) / elapsed * 100;
                long alive = all.get(i).stream().filter(p -> !p.isBroken()).count();
                line.append(String.format("%s: %.2f %% of a core, %.4f %% a publisher, %.1f MB, %d of %d stayed; ",
                        servers.get(i).name(), percent, percent / publishers, servers.get(i).residentMb(), alive,
                        publishers));
            }
            System.out.println(line.substring(0, line.length() - 2));
        }
        boolean complete = all.stream().allMatch(each -> each.stream().noneMatch(RtmpPublisher::isBroken));
        return complete ? 0 : 1;
    }

    /** Sends what is due until the time is over. How long it took, s. */
    private static double run(PriorityQueue<Running> queue, int seconds) {
        ByteBuffer scratch = ByteBuffer.allocateDirect(64 << 10);
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long drain = start;
        while (System.nanoTime() < end && !queue.isEmpty()) {
            Running first = queue.element();
            long wait = first.dueNanos() - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(Math.min(wait, 20_000_000));
                continue;
            }
            queue.remove();
            first.publisher().send();
            if (!first.publisher().isBroken()) {
                queue.add(first);
            }
            if (System.nanoTime() > drain) {
                drain = System.nanoTime() + 1_000_000_000L;
                queue.forEach(each -> each.publisher().drain(scratch));
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void make() throws IOException, InterruptedException {
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        int status = new ProcessBuilder(ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i",
                "testsrc2=size=640x360:rate=25", "-f",
                "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "20", "-c:v", encoder, "-b:v", "436k",
                "-maxrate",
                "436k", "-bufsize", "436k", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k",
                file.toString()).inheritIO()
                .start().waitFor();
        if (status != 0) {
            throw new IOException(ffmpeg + " ended with " + status + " (expected: an FFmpeg with " + encoder + ")");
        }
    }

    private ServerProcess penstock(Path folder) throws IOException {
        Path resources = Files.createDirectories(folder.resolve("resources"));
        StringBuilder yaml = new StringBuilder("""
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {key: bench}
                """);
        for (int i = 0; i < publishers; i++) {
            yaml.append("""
                    ---
                    apiVersion: penstock.dev/v1alpha1
                    kind: LiveStream
                    metadata: {name: cam-%d}
                    spec: {source: {push: {keySecretRef: {name: keys}}}}
                    """.formatted(i));
        }
        Files.writeString(resources.resolve("streams.yaml"), yaml);
        return new ServerProcess("penstock",
                List.of(penstock.toAbsolutePath().toString(), "run", resources.toString(), "--http", "127.0.0.1:0",
                        "--data",
                        folder.resolve("data").toString(), "--log", "text"),
                folder.resolve("penstock.log"));
    }

    private static ServerProcess nginx(Path folder, int port) throws IOException {
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                load_module %2$s;
                events { worker_connections 8192; }
                rtmp { server { listen 127.0.0.1:%3$d; application live { live on; } } }
                """.formatted(folder, NGINX_MODULE, port));
        return new ServerProcess("nginx-rtmp", List.of("/usr/sbin/nginx", "-c", configuration.toString()),
                folder.resolve("nginx.log"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IllegalStateException("nginx does not listen");
    }
}
