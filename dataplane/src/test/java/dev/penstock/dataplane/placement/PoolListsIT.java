package dev.penstock.dataplane.placement;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.penstock.dataplane.api.Catalog;
import dev.penstock.dataplane.api.ControlApi;
import dev.penstock.dataplane.api.FakeWrites;
import dev.penstock.dataplane.api.LoadView;
import dev.penstock.dataplane.api.ProblemView;
import dev.penstock.dataplane.api.RecordingView;
import dev.penstock.dataplane.api.SessionView;
import dev.penstock.dataplane.api.StreamState;
import dev.penstock.dataplane.api.StreamView;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.wire.Partitions;
import dev.penstock.wire.RingTable;

import static org.assertj.core.api.Assertions.assertThat;

/** Real servers for pods 0 and 1 of a pool of three, whose third is sometimes there and never as it should be. */
class PoolListsIT {
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<AutoCloseable> ends = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final Shelf[] shelves = {new Shelf(), new Shelf()};
    private Transport transport;
    private int port;

    /** What a pod has. */
    private static final class Shelf implements Catalog {
        private final List<StreamView> streams = new CopyOnWriteArrayList<>();
        private final List<SessionView> sessions = new CopyOnWriteArrayList<>();
        private final List<ProblemView> problems = new CopyOnWriteArrayList<>();

        @Override
        public List<StreamView> streams() {
            return List.copyOf(streams);
        }

        @Override
        public List<RecordingView> recordings() {
            return List.of();
        }

        @Override
        public List<SessionView> sessions() {
            return List.copyOf(sessions);
        }

        @Override
        public boolean end(String session) {
            return sessions.removeIf(s -> s.id().equals(session));
        }

        @Override
        public LoadView load() {
            return new LoadView("ok", 0);
        }

        @Override
        public List<ProblemView> problems() {
            return List.copyOf(problems);
        }
    }

    private record Ring(int ordinal) implements RingView {
        @Override
        public Optional<RingTable> table() {
            int[] owners = new int[Partitions.COUNT];
            Arrays.setAll(owners, partition -> partition < 2 ? 2 * partition : 1);
            return Optional.of(RingTable.of(1, owners));
        }

        @Override
        public boolean isSettled() {
            return true;
        }

        @Override
        public boolean hasStream(String namespace, String stream) {
            return false;
        }

        @Override
        public boolean hasRecording(String namespace, String recording) {
            return false;
        }

        @Override
        public Optional<String> streamOf(String namespace, String recording) {
            return Optional.empty();
        }
    }

    @BeforeEach
    void start() throws IOException {
        transport = Transport.open(2, "it");
        // The port of the first is known only now, and pods share it.
        port = serve(1, pod(1, 0));
        serve(0, pod(0, port));
    }

    private Router pod(int ordinal, int at) {
        Relay relay = new Relay(transport, new Ring(ordinal), new PeerNames("cams", ordinal, "pods.test", at),
                RelayLimits.DEFAULTS, new PlacementMetrics(new SimpleMeterRegistry()), PoolListsIT::address);
        ends.add(relay::close);
        Router routes = new Router();
        new ControlApi(shelves[ordinal], new Health(), new FakeWrites(), relay.peers(), nanos::get).addTo(routes);
        Router counted = new Router();
        for (Router.Route route : relay.guard(routes).routes()) {
            counted.route(route.method(), route.pattern(), ordinal == 0 ? route.handler() : counting(route.handler()));
        }
        return counted;
    }

    private HttpHandler counting(HttpHandler handler) {
        return exchange -> {
            asked.incrementAndGet();
            handler.handle(exchange);
        };
    }

    private int serve(int ordinal, Router routes) throws IOException {
        HttpServer server = HttpServer.start(transport, routes, HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "it"), InstantSource.system(),
                new InetSocketAddress("127.0.0." + (ordinal + 1), port), Map.of("Penstock-Pod", "cams-" + ordinal));
        ends.add(() -> server.stop(Duration.ZERO).join());
        return server.address().getPort();
    }

    private static InetAddress address(String host) throws UnknownHostException {
        int ordinal = host.charAt("cams-".length()) - '0';
        return InetAddress.getByName("127.0.0." + (ordinal + 1));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        for (AutoCloseable end : ends.reversed()) {
            end.close();
        }
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void shouldShowTheWholePoolAndWhoIsMissing() throws Exception {
        shelves[0].streams.add(stream("yard"));
        shelves[1].streams.addAll(List.of(stream("attic"), stream("yard"), stream("zoo")));
        shelves[1].problems.add(new ProblemView(null, "LiveStream ns/zoo", "a", "b", "c"));
        JsonNode streams = get("/api/v1/streams");
        assertThat(streams.findValuesAsText("name")).containsExactly("attic", "yard", "zoo");
        assertThat(streams.path("missing").toString())
                .isEqualTo("[{\"pod\":\"cams-2\",\"reason\":\"it cannot be connected to\"}]");
        assertThat(get("/api/v1/problems").path("problems").toString())
                .isEqualTo("[{\"resource\":\"LiveStream ns/zoo\",\"field\":\"a\",\"value\":\"b\",\"expected\":\"c\"}]");
        assertThat(get("/api/v1/recordings").path("recordings")).isEmpty();
    }

    @Test
    void shouldAskOnceASecondHoweverManyWantToKnow() throws Exception {
        for (int i = 0; i < 5; i++) {
            get("/api/v1/streams");
        }
        assertThat(asked).hasValue(1);
        shelves[1].streams.add(stream("attic"));
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001));
        assertThat(get("/api/v1/streams").findValuesAsText("name")).containsExactly("attic");
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldAnswerForItselfOnlyWhenAPodAsks() throws Exception {
        shelves[0].streams.add(stream("yard"));
        shelves[1].streams.add(stream("zoo"));
        JsonNode own = get("/api/v1/streams", "Penstock-Relay", "cams-1");
        assertThat(own.findValuesAsText("name")).containsExactly("yard");
        assertThat(own.has("missing")).isFalse();
        assertThat(asked).hasValue(0);
    }

    @Test
    void shouldFindOneStreamAtItsOwner() throws Exception {
        shelves[1].streams.add(stream("zoo"));
        assertThat(get("/api/v1/streams/ns/zoo").path("name").asText()).isEqualTo("zoo");
    }

    @Test
    void shouldEndASessionWhereverItIs() throws Exception {
        SessionView here = new SessionView("ts-a", "ns/yard", "HTTP-TS", "192.0.2.7", "2026-11-21T12:00:00Z", null, 1L);
        SessionView there = new SessionView("ts-b", "ns/zoo", "HTTP-TS", "192.0.2.8", "2026-11-21T12:00:00Z", null,
                2L);
        shelves[0].sessions.add(here);
        shelves[1].sessions.add(there);
        assertThat(get("/api/v1/sessions").findValuesAsText("id")).containsExactlyInAnyOrder("ts-a", "ts-b");
        assertThat(end("ts-b", "bad").statusCode()).isEqualTo(403);
        assertThat(end("ts-b", "bad").body()).contains("\"error\":\"not allowed\"");
        assertThat(shelves[1].sessions).hasSize(1);
        HttpResponse<String> ended = end("ts-b", "good");
        assertThat(ended.statusCode()).isEqualTo(200);
        assertThat(ended.body()).contains("\"id\":\"ts-b\"");
        assertThat(shelves[1].sessions).isEmpty();
        assertThat(end("ts-a", "good").statusCode()).isEqualTo(200);
        assertThat(end("ts-b", "good").statusCode()).as("the third pod is not there, so nobody knows").isEqualTo(503);
        serve(2, new Router().route("DELETE", "/api/v1/sessions/{id}", exchange -> {
            throw new HttpError(404, "no session");
        }));
        assertThat(end("ts-b", "good").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> end(String session, String token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/sessions/" + session))
                        .header("Authorization", "Bearer " + token).DELETE().timeout(Duration.ofSeconds(20)).build(),
                BodyHandlers.ofString());
    }

    @Test
    void shouldNotWaitLongForAPodThatSaysNothing() throws Exception {
        shelves[1].streams.add(stream("zoo"));
        serve(2, new Router().get("/api/v1/streams", exchange -> {}));
        long start = System.nanoTime();
        JsonNode streams = get("/api/v1/streams");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(900),
                Duration.ofSeconds(4));
        assertThat(streams.findValuesAsText("name")).containsExactly("zoo");
        assertThat(streams.findValuesAsText("reason")).containsExactly("it does not answer within 1000 ms");
    }

    @Test
    void shouldNameAPodWhoseAnswerIsOfNoUse() throws Exception {
        serve(2, new Router().get("/api/v1/streams", exchange -> text(exchange, "{\"streams\":7}"))
                .get("/api/v1/recordings", exchange -> text(exchange, "[".repeat(100_000)))
                .get("/api/v1/problems", exchange -> text(exchange, " ".repeat((4 << 20) + 1))));
        assertThat(get("/api/v1/streams").findValuesAsText("reason")).containsExactly("its answer is not understood");
        assertThat(get("/api/v1/recordings").findValuesAsText("reason"))
                .containsExactly("its answer is not understood");
        assertThat(get("/api/v1/problems").findValuesAsText("reason"))
                .containsExactly("it gives no whole answer of at most 4194304 bytes");
    }

    private static void text(Exchange exchange, String text) {
        exchange.send(200, "application/json", Map.of(), text);
    }

    private JsonNode get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
        HttpResponse<byte[]> answer = client.send((headers.length > 0 ? request.headers(headers) : request).build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private static StreamView stream(String name) {
        return new StreamView("ns", name, StreamState.CONNECTING, null, null, 0, 0, null,
                new StreamView.Urls(null, null), "ok", null);
    }
}
