package dev.penstock.dataplane.app;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;

import dev.penstock.dataplane.access.SignedUrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

/** Who may play, on the process that a user starts. */
class AccessIT {
    private static final String KEY = "a signing key that nobody guesses";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;
    private Path resources;
    private Path data;

    @BeforeEach
    void makeFolders() throws IOException {
        resources = Files.createDirectories(folder.resolve("resources"));
        data = Files.createDirectories(folder.resolve("data"));
        secret("keys", "old: an older key that is still valid\n  new: " + KEY);
        secret("users", "anna: s3cret");
        stream("other", "");
    }

    @Test
    @Execution(CONCURRENT)
    void shouldPlayWithASignedUrlToTheLastSegment() throws Exception {
        stream("cam", "access: {signedUrlSecretRef: {name: keys}, origins: [\"https://tv.example\"]}");
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            String cam = "/live/default/cam";
            for (String file : List.of("/stream.ts", "/index.m3u8", "/media.m3u8", "/seg-0.ts")) {
                assertThat(get(penstock, cam + file).statusCode()).as(file).isEqualTo(403);
            }
            assertThat(get(penstock, "/cam.ts").statusCode()).as("alias").isEqualTo(403);
            assertThat(get(penstock, "/live/default/other/index.m3u8").statusCode()).isEqualTo(200);
            SignedUrl permit = SignedUrl.sign(KEY, cam, Instant.now().plusSeconds(600), "");
            String path = cam + "/~" + permit.token();
            String query = "?exp=" + permit.expires() + "&sig=" + permit.signature();
            HttpResponse<String> playlist = get(penstock, path + "/index.m3u8", "Origin", "https://tv.example");
            assertThat(playlist.statusCode()).isEqualTo(200);
            assertThat(playlist.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://tv.example");
            assertThat(playlist.headers().allValues("Vary")).anyMatch(vary -> vary.contains("Origin"));
            assertThat(get(penstock, path + "/index.m3u8", "Origin", "https://evil.example").headers()
                    .firstValue("Access-Control-Allow-Origin")).isEmpty();
            Map<String, CompletableFuture<String>> plays = new HashMap<>();
            for (String url : List.of(path + "/index.m3u8", cam + "/index.m3u8" + query, "/cam.m3u8" + query,
                    path + "/stream.ts", cam + "/stream.ts" + query, "/cam.ts" + query)) {
                plays.put(url, penstock.play(url, 4));
            }
            plays.forEach((url, said) -> assertThat(said.join()).as(url).isEmpty());
            HttpResponse<String> moved = get(penstock, cam + "/index.m3u8" + query + "&x=%20y");
            assertThat(moved.statusCode()).isEqualTo(307);
            assertThat(moved.headers().firstValue("Location"))
                    .hasValue("./~" + permit.token() + "/index.m3u8?x=%20y");
            refuses(penstock, permit, path);
            assertThat(penstock.text("/api/v1/streams")).contains("\"cam\"");
            assertThat(penstock.text("/")).contains("<title>");
            assertThat(penstock.text("/metrics")).contains("penstock_playback_access_total{verdict=\"forbidden\"}");
            assertThat(penstock.log()).doesNotContain(permit.signature()).doesNotContain(KEY);
        }
    }

    private static void refuses(PenstockProcess penstock, SignedUrl permit, String path) throws Exception {
        String token = permit.token();
        Map<String, Integer> asked = new HashMap<>();
        asked.put("/live/default/cam/~" + token.substring(0, token.length() - 1) + "A/index.m3u8", 403);
        asked.put("/live/default/cam/~1~" + permit.signature() + "/index.m3u8", 403);
        asked.put("/live/default/cam/~/index.m3u8", 404);
        asked.put("/live/default/cam/~x/index.m3u8", 403);
        asked.put("/live/default/cam/~" + token + "/../index.m3u8", 400);
        asked.put("/live/default/cam/~" + token + "/%2e%2e/other/index.m3u8", 400);
        asked.put("/live/default/cam/~" + token + "%2f..%2findex.m3u8", 400);
        asked.put("/live/default/cam/%257e" + token + "/index.m3u8", 404);
        asked.put("/live/default/cam/~" + token + "/~" + token + "/index.m3u8", 404);
        asked.put("/live/default/cam//~" + token + "/index.m3u8", 400);
        asked.put("/live/default/cam/~" + token + "/nothing.m3u8", 404);
        for (Map.Entry<String, Integer> entry : asked.entrySet()) {
            assertThat(raw(penstock, entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
        }
        assertThat(raw(penstock, path + "/index.m3u8")).isEqualTo(200);
        assertThat(raw(penstock, path.replace("~", "%7e") + "/index.m3u8")).as("the same, encoded once").isEqualTo(200);
    }

    @Test
    @Execution(CONCURRENT)
    void shouldAskForUserAndPasswordAndFollowTheSecret() throws Exception {
        stream("cam", "access: {basicSecretRef: {name: users}}");
        try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
            String url = "/live/default/cam/media.m3u8";
            HttpResponse<String> refused = get(penstock, url);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.headers().firstValue("WWW-Authenticate"))
                    .hasValue("Basic realm=\"default/cam\", charset=\"UTF-8\"");
            assertThat(get(penstock, url, "Authorization", basic("anna:wrong")).statusCode()).isEqualTo(401);
            HttpResponse<String> played = get(penstock, url, "Authorization", basic("anna:s3cret"));
            assertThat(played.statusCode()).isEqualTo(200);
            assertThat(played.headers().firstValue("Cache-Control")).hasValue("private, max-age=1");
            secret("users", "anna: changed");
            PenstockProcess.await("the new password",
                    () -> status(penstock, url, basic("anna:changed")) == 200);
            assertThat(status(penstock, url, basic("anna:s3cret"))).isEqualTo(401);
            Files.delete(resources.resolve("secret-users.yaml"));
            PenstockProcess.await("nobody is admitted",
                    () -> status(penstock, url, basic("anna:changed")) == 401);
            assertThat(penstock.text("/api/v1/problems")).contains("spec.access.basicSecretRef.name");
        }
    }

    @Test
    @Execution(CONCURRENT)
    void shouldTakeTokensAndNotHangWithTheirServer() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("k").generate();
        HttpServer ids = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ids.createContext("/keys", exchange -> {
            byte[] body = new JWKSet(key.toPublicJWK()).toString(true).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        ids.start();
        try (ServerSocket hangs = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            stream("cam", "access: {jwt: {jwksUrl: \"http://127.0.0.1:" + ids.getAddress().getPort()
                    + "/keys\", issuer: me, audience: tv}}");
            stream("hung", "access: {jwt: {jwksUrl: \"http://127.0.0.1:" + hangs.getLocalPort() + "/keys\"}}");
            SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(),
                    new JWTClaimsSet.Builder().issuer("me").audience("tv")
                            .expirationTime(Date.from(Instant.now().plusSeconds(600))).build());
            token.sign(new RSASSASigner(key));
            String text = token.serialize();
            try (PenstockProcess penstock = PenstockProcess.run(resources, data)) {
                List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    waiting.add(HTTP.sendAsync(
                            request(penstock, "/live/default/hung/index.m3u8", "Authorization", "Bearer " + text + i),
                            HttpResponse.BodyHandlers.ofString()));
                }
                assertThat(get(penstock, "/live/default/cam/index.m3u8", "Authorization", "Bearer " + text)
                        .statusCode()).isEqualTo(200);
                assertThat(penstock.play("/live/default/cam/index.m3u8?access_token=" + text, 4).join())
                        .isEmpty();
                assertThat(get(penstock, "/live/default/cam/~" + text + "/index.m3u8").statusCode()).isEqualTo(200);
                assertThat(get(penstock, "/live/default/cam/~" + text + "x/index.m3u8").statusCode()).isEqualTo(401);
                assertThat(waiting).allSatisfy(one -> assertThat(one.join().statusCode()).isEqualTo(503));
                assertThat(penstock.log()).doesNotContain(text.substring(text.length() - 40));
            }
        } finally {
            ids.stop(0);
        }
    }

    private void secret(String name, String data) throws IOException {
        Files.writeString(resources.resolve("secret-" + name + ".yaml"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: %s}
                stringData:
                  %s
                """.formatted(name, data));
    }

    private void stream(String name, String more) throws IOException {
        Files.writeString(resources.resolve(name + ".yaml"), """
                apiVersion: penstock.dev/v1alpha1
                kind: LiveStream
                metadata: {name: %s}
                spec:
                  source: {pull: {urls: [{url: "file:%s"}]}}
                  http: {aliases: [/%s.ts, /%s.m3u8]}
                  %s
                """.formatted(name, Clips.file(), name, name, more));
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(PenstockProcess penstock, String path, String authorization) {
        try {
            return get(penstock, path, "Authorization", authorization).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(PenstockProcess penstock, String path, String... headers)
            throws IOException, InterruptedException {
        return HTTP.send(request(penstock, path, headers), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(PenstockProcess penstock, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(penstock.url(path)))
                .timeout(Duration.ofSeconds(30));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    /** Status of a GET whose path nobody tidies up. */
    private static int raw(PenstockProcess penstock, String path) throws IOException {
        URI server = URI.create(penstock.url("/"));
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            byte[] head = socket.getInputStream().readNBytes(12);
            return Integer.parseInt(new String(head, StandardCharsets.US_ASCII).substring(9));
        }
    }
}
