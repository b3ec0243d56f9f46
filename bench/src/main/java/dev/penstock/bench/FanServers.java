package dev.penstock.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Starts the servers that {@link FanOut} compares, each on the processors it is given.
 *
 * @param folder where their files go
 * @param penstock the launcher
 * @param peer the folder of node-media-server
 */
record FanServers(Path folder, Path penstock, Path peer) {
    /** The peer's version that the figures in docs/performance.md were measured with. */
    static final String PEER = "node-media-server@4.4.3";

    private static final int SEGMENTS = 5;
    private static final Pattern HTTP_LISTENS = Pattern.compile("(?m)HTTP server listens.*?:(\\d+)");
    private static final Pattern RTMP_LISTENS = Pattern.compile("RTMP server listens.*?:(\\d+)");

    /**
     * A server that runs, and is fed.
     *
     * @param process its process
     * @param http port of HTTP
     * @param feed publishes its streams
     * @param paths where viewers find them
     * @param emptyMb memory before it had streams
     */
    record Running(ServerProcess process, int http, FanFeed feed, List<String> paths,
            double emptyMb) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            feed.close();
            process.close();
        }
    }

    /**
     * nginx with files in memory.
     *
     * @param process its process
     * @param port of HTTP
     * @param root what it serves
     */
    record FileServer(ServerProcess process, int port, Path root) implements AutoCloseable {
        /** Copies the HLS segments that a server lists now, so that both have the same; their paths. */
        List<String> copy(int from, String stream) throws IOException, InterruptedException {
            HttpClient client = HttpClient.newHttpClient();
            List<String> paths = List.of();
            for (int i = 0; paths.size() < SEGMENTS; i++) {
                if (i == 120) {
                    throw new IllegalStateException(paths + " (expected: " + SEGMENTS + " segments within 60 s)");
                }
                TimeUnit.MILLISECONDS.sleep(500);
                String list = get(client, from, stream + "media.m3u8", BodyHandlers.ofString());
                paths = list.lines().filter(line -> !line.startsWith("#")).map(name -> stream + name).toList();
            }
            // The newest, which stay longest.
            paths = paths.subList(paths.size() - SEGMENTS, paths.size());
            for (String path : paths) {
                Path file = root.resolve(path.substring(1));
                Files.createDirectories(file.getParent());
                get(client, from, path, BodyHandlers.ofFile(file));
            }
            return paths;
        }

        private static <T> T get(HttpClient client, int port, String path, BodyHandler<T> handler)
                throws IOException, InterruptedException {
            HttpResponse<T> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(), handler);
            if (answer.statusCode() != 200 && answer.statusCode() != 503) {
                throw new IllegalStateException(path + ": " + answer.statusCode() + " (expected: 200)");
            }
            return answer.body();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Starts nginx with one worker and an empty folder in memory. */
    FileServer nginx(String cpus) throws IOException, InterruptedException {
        Path root = Files.createTempDirectory(Path.of("/dev/shm"), "segments");
        int port = freePort();
        Path config = root.resolve("nginx.conf");
        Files.writeString(config, """
                user %3$s;
                worker_processes 1;
                daemon off;
                pid %1$s/nginx.pid;
                error_log stderr;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000;
                  open_file_cache max=1000;
                  server { listen 127.0.0.1:%2$d; root %1$s; }
                }
                """.formatted(root, port, System.getProperty("user.name")));
        ServerProcess process = new ServerProcess("nginx",
                List.of("taskset", "-c", cpus, "nginx", "-p", root.toString(), "-c", config.toString()),
                folder.resolve("nginx.log"));
        awaitPort(process, port);
        return new FileServer(process, port, root);
    }

    /** Installs the peer, unless it is there. */
    static void install(Path peer) throws IOException, InterruptedException {
        if (Files.exists(peer.resolve("node_modules/node-media-server/bin/app.js"))) {
            return;
        }
        Files.createDirectories(peer);
        List<String> command = List.of("npm", "install", "--no-audit", "--no-fund", "--prefix", peer.toString(), PEER);
        int status;
        try {
            status = new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new IOException("npm is missing. Install: sudo apt-get install -y --no-install-recommends nodejs npm "
                    + "(Node.js >= 20)", e);
        }
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + status);
        }
    }

    /**
     * Starts Penstock.
     *
     * @param streams how many streams it has
     * @param flushMs {@code outputs.ts.flushInterval}
     */
    Running penstock(String cpus, int loops, int flushMs, int streams, FlvTags tags)
            throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(folder, "penstock");
        Path resources = Files.createDirectories(own.resolve("resources"));
        StringBuilder yaml = new StringBuilder("""
                apiVersion: v1
                kind: Secret
                metadata: {name: keys}
                stringData: {key: bench}
                """);
        for (int i = 0; i < streams; i++) {
            yaml.append("""
                    ---
                    apiVersion: penstock.dev/v1alpha1
                    kind: LiveStream
                    metadata: {name: s%d}
                    spec: {poolRef: {name: local}, source: {push: {keySecretRef: {name: keys}}},
                           outputs: {ts: {flushInterval: %dms}}}
                    """.formatted(i, flushMs));
        }
        Files.writeString(resources.resolve("streams.yaml"), yaml);
        ServerProcess process = new ServerProcess("Penstock",
                List.of("taskset", "-c", cpus, penstock.toAbsolutePath().toString(), "run", resources.toString(),
                        "--http", "127.0.0.1:0", "--loops", Integer.toString(loops), "--data",
                        own.resolve("data").toString(), "--log", "text"),
                own.resolve("log"), Map.of("PENSTOCK_JAVA_OPTS", "-Xmx256m -XX:MaxDirectMemorySize=1g"));
        try {
            int rtmp = Integer.parseInt(process.await(RTMP_LISTENS));
            int http = Integer.parseInt(process.await(HTTP_LISTENS));
            double empty = process.residentMb();
            return new Running(process, http, new FanFeed(rtmp, names(streams, "default/s%d?key=bench"), tags),
                    names(streams, "/live/default/s%d/stream.ts"), empty);
        } catch (RuntimeException | IOException e) {
            process.close();
            throw e;
        }
    }

    /** Starts node-media-server. */
    Running peer(String cpus, FlvTags tags) throws IOException, InterruptedException {
        Path own = Files.createTempDirectory(folder, "peer");
        int http = freePort();
        int rtmp = freePort();
        Files.writeString(own.resolve("config.json"), """
                {"bind": "127.0.0.1", "notify": {"url": ""}, "store": {"path": "%s/data"},
                 "auth": {"play": false, "publish": false, "secret": "bench"},
                 "rtmp": {"port": %d}, "http": {"port": %d}, "webadmin": {"enable": false},
                 "record": {"auto": false, "path": "%s/record"}}
                """.formatted(own, rtmp, http, own));
        ServerProcess process = new ServerProcess("node-media-server",
                List.of("taskset", "-c", cpus, "node",
                        peer.resolve("node_modules/node-media-server/bin/app.js").toAbsolutePath().toString(), "-c",
                        own.resolve("config.json").toString()),
                own.resolve("log"));
        try {
            awaitPort(process, rtmp);
            awaitPort(process, http);
            double empty = process.residentMb();
            return new Running(process, http, new FanFeed(rtmp, List.of("s0"), tags), List.of("/live/s0.flv"), empty);
        } catch (RuntimeException | IOException e) {
            process.close();
            throw e;
        }
    }

    private static List<String> names(int count, String pattern) {
        return IntStream.range(0, count).mapToObj(pattern::formatted).toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(ServerProcess process, int port) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        throw new IllegalStateException(process.name() + " does not listen:\n" + process.log());
    }
}
