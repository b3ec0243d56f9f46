package dev.penstock.dataplane.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.penstock.dataplane.http.HttpLimits;
import dev.penstock.dataplane.http.HttpMetrics;
import dev.penstock.dataplane.http.HttpServer;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.http.Transport;
import dev.penstock.dataplane.telemetry.Health;

import static org.assertj.core.api.Assertions.assertThat;

/** The document says what the server does: every route is in it and none else, and what is answered is what it says. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final FakeCatalog CATALOG = FakeCatalog.full();
    private static final FakeWrites WRITES = new FakeWrites();
    private static final String GOOD = "Bearer good";

    private static JsonNode document;
    private static Router router;
    private static Transport transport;
    private static HttpServer server;
    private static HttpClient client;

    /** A request, what it must be answered with, and whose token it bears. */
    private record Case(String method, String path, String route, int status, String token, String body) {
        static Case get(String path, String route, int status) {
            return new Case("GET", path, route, status, "", "");
        }

        static Case of(String method, String path, String route, int status, String token, String body) {
            return new Case(method, path, route, status, token, body);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Health health = new Health();
        health.add("loops", Health.Kind.LIVE, Optional::empty);
        health.add("spool", Health.Kind.READY, () -> Optional.of("disk full"));
        router = new Router();
        new ControlApi(CATALOG, health, WRITES).addTo(router);
        transport = Transport.open(1, "test");
        server = HttpServer.start(transport, router, HttpLimits.DEFAULTS,
                new HttpMetrics(new SimpleMeterRegistry(), "main"), InstantSource.system(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        document = JSON.readTree(OpenApiTest.class.getResourceAsStream("/dev/penstock/dataplane/api/openapi.json"));
    }

    @AfterAll
    static void stop() {
        client.close();
        server.stop(Duration.ZERO).join();
        transport.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void shouldListEveryRouteAndNoOther() {
        Set<String> routes = new TreeSet<>();
        router.routes().stream().filter(route -> route.pattern().startsWith("/api/v1"))
                .forEach(route -> routes.add(route.method() + " " + route.pattern()));
        Set<String> documented = new TreeSet<>();
        document.path("paths").properties().forEach(path -> path.getValue().fieldNames()
                .forEachRemaining(method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        assertThat(documented).isEqualTo(routes);
    }

    @Test
    void shouldServeTheDocument() throws Exception {
        HttpResponse<String> answer = send(Case.get("/api/v1/openapi.json", "", 200));
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(JSON.readTree(answer.body())).isEqualTo(document);
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
    }

    @Test
    void shouldShowOnlyExamplesThatFitTheirSchemas() {
        List<String> wrong = new ArrayList<>();
        int[] examples = new int[1];
        document.path("paths").forEach(path -> path.forEach(operation -> {
            Stream.concat(operation.path("responses").valueStream(), Stream.of(operation.path("requestBody")))
                    .flatMap(body -> body.path("content").valueStream()).filter(media -> media.has("example"))
                    .forEach(media -> {
                        examples[0]++;
                        problems(media.path("schema"), media.path("example")).forEach(
                                message -> wrong.add(operation.path("operationId").asText() + ": " + message));
                    });
        }));
        assertThat(examples[0]).isGreaterThan(20);
        assertThat(wrong).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerAsTheDocumentSays() {
        String stream = "/api/v1/streams/default/lobby";
        String ofStream = "/api/v1/streams/{ns}/{name}";
        String sessions = "/api/v1/sessions/{id}";
        List<Case> cases = new ArrayList<>();
        for (String list : List.of("streams", "recordings", "problems", "sessions", "health", "openapi.json")) {
            cases.add(Case.get("/api/v1/" + list, "/api/v1/" + list, 200));
        }
        cases.add(Case.get(stream, ofStream, 200));
        cases.add(Case.get("/api/v1/streams/default/none", ofStream, 404));
        cases.add(Case.get(stream + "/check", ofStream + "/check", 200));
        cases.add(Case.get("/api/v1/streams/default/roof/check", ofStream + "/check", 404));
        cases.add(Case.get("/api/v1/streams/default/none/check", ofStream + "/check", 404));
        cases.add(Case.get(stream + "/sessions", ofStream + "/sessions", 200));
        cases.add(Case.get("/api/v1/streams/default/none/sessions", ofStream + "/sessions", 404));
        cases.add(Case.of("GET", stream + "/control?offline", ofStream + "/control", 202, GOOD, ""));
        cases.add(Case.of("GET", stream + "/control?online", ofStream + "/control", 202, GOOD, ""));
        cases.add(Case.of("GET", stream + "/control", ofStream + "/control", 400, GOOD, ""));
        cases.add(Case.of("GET", stream + "/control?offline", ofStream + "/control", 401, "", ""));
        cases.add(Case.of("GET", "/api/v1/streams/no/such/control?offline", ofStream + "/control", 404, GOOD, ""));
        for (String body : List.of("", "{", "[]", "7", "{}", "{\"offline\":\"yes\"}", "{\"offline\":true,\"x\":1}",
                "{\"offline\":true}{}", "{\"offline\":true,\"offline\":false}", "\u0000")) {
            cases.add(Case.of("PUT", stream + "/offline", ofStream + "/offline", 400, GOOD, body));
        }
        cases.add(Case.of("PUT", stream + "/offline", ofStream + "/offline", 413, GOOD, " ".repeat(5000)));
        cases.add(Case.of("PUT", stream + "/offline", ofStream + "/offline", 200, GOOD, "{\"offline\":true}"));
        cases.add(Case.of("PUT", stream + "/offline", ofStream + "/offline", 401, "", "{\"offline\":true}"));
        cases.add(Case.of("PUT", stream + "/offline", ofStream + "/offline", 403, "Bearer bad", "{\"offline\":true}"));
        cases.add(Case.of("PUT", "/api/v1/streams/no/such/offline", ofStream + "/offline", 404, GOOD,
                "{\"offline\":true}"));
        cases.add(Case.of("DELETE", "/api/v1/sessions/ts-0", sessions, 404, GOOD, ""));
        cases.add(Case.of("DELETE", "/api/v1/sessions/A", sessions, 400, GOOD, ""));
        cases.add(Case.of("DELETE", "/api/v1/sessions/ts-0123456789abcdef", sessions, 401, "", ""));
        cases.add(Case.of("DELETE", "/api/v1/sessions/ts-0123456789abcdef", sessions, 403, "Bearer bad", ""));
        cases.add(Case.of("DELETE", "/api/v1/sessions/ts-0123456789abcdef", sessions, 200, GOOD, ""));
        return cases.stream().map(c -> DynamicTest.dynamicTest(c.method() + " " + c.path() + " " + c.status() + " "
                + c.body().strip(), () -> check(c)));
    }

    private static void check(Case asked) throws Exception {
        HttpResponse<String> answer = send(asked);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(asked.status());
        JsonNode content = document.path("paths").path(asked.route())
                .path(asked.method().toLowerCase(Locale.ROOT)).path("responses")
                .path(String.valueOf(asked.status())).path("content");
        String type = answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
        assertThat(content.has(type)).as("%s is documented", type).isTrue();
        if (type.equals("application/json")) {
            assertThat(problems(content.path(type).path("schema"), JSON.readTree(answer.body()))).isEmpty();
        } else {
            assertThat(answer.body()).isEqualTo(content.path(type).path("example").asText());
        }
    }

    private static HttpResponse<String> send(Case asked) throws Exception {
        HttpRequest.Builder request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:" + server.address().getPort() + asked.path()))
                .method(asked.method(),
                        asked.method().equals("PUT") ? BodyPublishers.ofString(asked.body()) : BodyPublishers.noBody());
        if (!asked.token().isEmpty()) {
            request.header("Authorization", asked.token());
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static Set<ValidationMessage> problems(JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.path("components"));
        return SCHEMAS.getSchema(whole).validate(value,
                run -> run.getExecutionConfig().setFormatAssertionsEnabled(true));
    }

    @Test
    void shouldKeepWhatItWasToldToSwitch() throws Exception {
        String path = "/api/v1/streams/default/lobby/offline";
        for (boolean offline : new boolean[]{true, false}) {
            HttpResponse<String> answer = send(new Case("PUT", path, "", 200, GOOD, "{\"offline\":" + offline + "}"));
            assertThat(answer.body())
                    .isEqualTo("{\"namespace\":\"default\",\"name\":\"lobby\",\"offline\":" + offline + "}");
            assertThat(WRITES.offline).isEqualTo(Map.of("default/lobby", offline));
        }
    }

    @Test
    void shouldNameFieldValueAndWhatIsExpected() throws Exception {
        HttpResponse<String> answer = send(new Case("PUT", "/api/v1/streams/default/lobby/offline", "", 400, GOOD,
                "{\"offline\":\"yes\"}"));
        assertThat(JSON.readTree(answer.body()).path("error").asText())
                .isEqualTo("offline: \"yes\" (expected: true or false)");
    }
}
