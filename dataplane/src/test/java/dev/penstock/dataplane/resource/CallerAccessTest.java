package dev.penstock.dataplane.resource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that answers as the API server does sees the caller's token and never the pod's. */
class CallerAccessTest {
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private KubernetesClient pod;
    private CallerAccess access;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort()).withOauthToken("of-the-pod")
                .build();
        pod = new KubernetesClientBuilder().withConfig(config).build();
        access = new CallerAccess(pod);
    }

    @AfterEach
    void stop() {
        pod.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        asked.add(token + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        int status = switch (token) {
            case "Bearer editor", "Bearer viewer" -> 200;
            case "Bearer stranger" -> 401;
            case "Bearer refused" -> 403;
            case "Bearer lost" -> 404;
            default -> 500;
        };
        String text = status != 200
                ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" + status + "}"
                : exchange.getRequestURI().getPath().contains("selfsubjectaccessreviews")
                        ? "{\"kind\":\"SelfSubjectAccessReview\",\"apiVersion\":\"authorization.k8s.io/v1\",\"spec\":{},"
                                + "\"status\":{\"allowed\":" + token.equals("Bearer editor") + "}}"
                        : "{\"kind\":\"LiveStream\",\"apiVersion\":\"penstock.dev/v1alpha1\",\"metadata\":"
                                + "{\"name\":\"cam\",\"namespace\":\"tv\"}}";
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, text.length());
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    @Test
    void shouldPatchTheResourceWithTheCallersToken() {
        assertThat(access.offline("editor", "tv", "cam", true)).isEqualTo(CallerAccess.Outcome.DONE);
        assertThat(asked).allMatch(line -> line.startsWith("Bearer editor ")).last().asString().startsWith(
                "Bearer editor PATCH /apis/penstock.dev/v1alpha1/namespaces/tv/livestreams/cam?fieldManager=penstock-api")
                .endsWith(" {\"spec\":{\"offline\":true}}");
    }

    @Test
    void shouldAskWhetherTheCallerMay() {
        assertThat(access.mayPatch("editor", "tv", "cam")).isEqualTo(CallerAccess.Outcome.DONE);
        assertThat(access.mayPatch("viewer", "tv", "cam").status()).isEqualTo(403);
        assertThat(asked).allMatch(line -> line.contains("selfsubjectaccessreviews") && line.contains("\"patch\"")
                && line.contains("\"livestreams\"") && line.contains("\"cam\""))
                .noneMatch(l -> l.contains("of-the-pod"));
    }

    @Test
    void shouldSayWhyNot() {
        assertThat(access.offline("stranger", "tv", "cam", true).status()).isEqualTo(401);
        assertThat(access.offline("refused", "tv", "cam", true).status()).isEqualTo(403);
        assertThat(access.offline("lost", "tv", "cam", true))
                .isEqualTo(new CallerAccess.Outcome(404, "no stream tv/cam"));
        assertThat(access.offline("unlucky", "tv", "cam", true).status()).isEqualTo(503);
        server.stop(0);
        assertThat(access.offline("editor", "tv", "cam", true).status()).isEqualTo(503);
        assertThat(access.mayPatch("editor", "tv", "cam").status()).isEqualTo(503);
    }
}
