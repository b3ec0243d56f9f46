package dev.penstock.operator;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpServer;

import dev.penstock.operator.haproxy.ConfigurationWriter;
import dev.penstock.operator.haproxy.FrontDoor;
import dev.penstock.operator.haproxy.FrontDoor.Application;
import dev.penstock.operator.haproxy.FrontDoor.Tls;
import dev.penstock.operator.haproxy.LiveBackend;
import dev.penstock.operator.haproxy.LiveBackend.Ports;
import dev.penstock.operator.haproxy.LiveBackend.Server;
import dev.penstock.operator.haproxy.MapFile;
import dev.penstock.operator.ring.ClaimPlanner;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

/** A real HAProxy (the program) in master-worker mode, with pods {@code cams-0}... that answer their name and the path. */
public final class RealHaproxy implements AutoCloseable {
    private final Path folder;
    private final List<HttpServer> pods = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = freePort();
    private final int adminPort = freePort();
    private final int rtmpPort = freePort();
    private Process process;

    /** Starts the pods, not HAProxy. */
    public RealHaproxy(Path folder, int pods) {
        this.folder = folder;
        IntStream.range(0, pods).forEach(i -> this.pods.add(server("cams-" + i)));
    }

    /** What HAProxy is told for the pods below a number. */
    public FrontDoor door(int podCount, Optional<Tls> tls, Application... applications) {
        List<Server> servers = IntStream.range(0, podCount).mapToObj(i -> {
            int podPort = pods.get(i).getAddress().getPort();
            return new Server("cams-" + i, i, "127.0.0.1", new Ports(podPort, podPort, podPort));
        }).toList();
        return new FrontDoor("127.0.0.1:" + port, tls, "127.0.0.1:" + adminPort, folder.toString(), Optional.empty(),
                1000, Optional.of(new LiveBackend("live", servers, "127.0.0.1:" + rtmpPort)), List.of(applications));
    }

    /** Writes a file of the folder. */
    public void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** Starts HAProxy with the files of the folder and waits until it answers. */
    public void start() throws Exception {
        startAndAwait(200);
    }

    /** Starts HAProxy with the files of the folder and waits until it answers to {@code /} with a status. */
    public void startAndAwait(int status) throws Exception {
        process = program(Redirect.appendTo(folder.resolve("haproxy.log").toFile()), "-W", "-db", "-S",
                folder.resolve(FrontDoor.MASTER_SOCKET) + ",mode,600", "-f",
                folder.resolve(FrontDoor.CONFIGURATION).toString());
        for (int i = 0; i < 200; i++) {
            try {
                // The master listens a moment after its worker.
                if (get("/").statusCode() == status && masterListens()) {
                    return;
                }
            } catch (IOException e) {
                assertThat(process.isAlive()).as("haproxy runs").isTrue();
            }
            process.waitFor(Duration.ofMillis(50));
        }
        throw new AssertionError("haproxy does not answer: " + Files.readString(folder.resolve("haproxy.log")));
    }

    private boolean masterListens() throws IOException {
        try (SocketChannel _ = SocketChannel
                .open(UnixDomainSocketAddress.of(folder.resolve(FrontDoor.MASTER_SOCKET)))) {
            return true;
        }
    }

    /** Port at which HAProxy takes RTMP. */
    public int rtmpPort() {
        return rtmpPort;
    }

    /** Starts HAProxy for a door, with a table and a text of aliases. */
    public void start(FrontDoor door, RingTable table, String aliases) throws Exception {
        write(FrontDoor.PARTITIONS, MapFile
                .partitions(folder + "/" + FrontDoor.PARTITIONS, "cams", table).text());
        write(FrontDoor.ALIASES, aliases);
        write(FrontDoor.CONFIGURATION, ConfigurationWriter.write(door));
        start();
    }

    /** Ends HAProxy at once, workers too. */
    public void kill() throws InterruptedException {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** Ends a pod. */
    public void stopPod(int ordinal) {
        pods.get(ordinal).stop(0);
    }

    /** What {@code haproxy -c} says of a configuration; fails if it refuses it. */
    public String check(String text) throws Exception {
        Path file = folder.resolve("check.cfg");
        Files.writeString(file, text);
        Process check = program(Redirect.PIPE, "-c", "-q", "-f", file.toString());
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
        return said;
    }

    /** Asks HAProxy. */
    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Address of a path at HAProxy. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Address of a path at HAProxy's admin port. */
    public URI adminUri(String path) {
        return URI.create("http://127.0.0.1:" + adminPort + path);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pods.forEach(pod -> pod.stop(0));
        client.close();
    }

    /** A table in which so many pods own the partitions. */
    public static RingTable table(int pods) {
        return RingTable.of(1, ClaimPlanner.claim(IntStream.generate(() -> ClaimPlanner.NOBODY)
                .limit(Partitions.COUNT).toArray(), new TreeSet<>(IntStream.range(0, pods).boxed().toList())));
    }

    /** A server that answers its name, the URI, and the header {@code Penstock-Relay} if it came. {@code slow} takes 3 s. */
    public static HttpServer server(String name) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> {
                byte[] body = (name + " " + exchange.getRequestURI()
                        + (exchange.getRequestHeaders().containsKey("Penstock-Relay") ? " relayed" : ""))
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Penstock-Pod", name);
                exchange.sendResponseHeaders(200, 0);
                OutputStream out = exchange.getResponseBody();
                for (int i = 0; exchange.getRequestURI().getPath().endsWith("/slow") && i < 30; i++) {
                    out.write('.');
                    out.flush();
                    LockSupport.parkNanos(100_000_000);
                }
                out.write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that is free now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process program(Redirect output, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("haproxy"));
        line.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output).start();
        } catch (IOException e) {
            throw new IOException("This test runs the program haproxy (2.6 or later): apt-get install haproxy", e);
        }
    }
}
