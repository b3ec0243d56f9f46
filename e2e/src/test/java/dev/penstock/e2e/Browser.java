package dev.penstock.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A headless Chromium with one page, driven by its DevTools protocol. The test thread. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long ANSWER_SECONDS = 30;
    private static final long END_SECONDS = 10;
    /** How long a page may take to play. */
    static final Duration PLAYS = Duration.ofSeconds(60);

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final List<String> requests = new ArrayList<>();
    private final String session;

    /** Starts it; its profile lies in a folder of the test. */
    Browser(Path profile) {
        Programs.require("chromium");
        try {
            process = new ProcessBuilder("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--autoplay-policy=no-user-gesture-required", "--ignore-certificate-errors",
                    "--window-size=1280,900",
                    "--user-data-dir=" + profile,
                    "--remote-debugging-port=0", "about:blank").redirectErrorStream(true).start();
            socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(endpoint(), new Listener()).join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String target = ask("Target.createTarget", Map.of("url", "about:blank"), "").path("targetId").asText();
        session = ask("Target.attachToTarget", Map.of("targetId", target, "flatten", true), "").path("sessionId")
                .asText();
        ask("Network.enable", Map.of(), session);
        ask("Page.enable", Map.of(), session);
    }

    /** Goes to a page. */
    void open(URI page) {
        ask("Page.navigate", Map.of("url", page.toString()), session);
    }

    /** What a JavaScript expression is, as text. */
    String value(String expression) {
        return ask("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true),
                session)
                .path("result").path("value").asText();
    }

    /** Method and URL of each request of the page, preflights too. */
    List<String> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Writes what the page looks like as a PNG. */
    void screenshot(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(ask("Page.captureScreenshot", Map.of("format", "png"), session)
                .path("data").asText()));
    }

    @Override
    public void close() {
        socket.abort();
        // Its helpers write into the profile for a moment after it has ended.
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        process.destroy();
        all.forEach(Browser::ended);
    }

    private static void ended(ProcessHandle process) {
        try {
            process.onExit().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            process.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI endpoint() throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("DevTools listening on ")) {
                Thread.ofPlatform().daemon().start(() -> lines.lines().forEach(l -> {
                    // Read, so that the browser never waits for a full pipe.
                }));
                return URI.create(line.substring("DevTools listening on ".length()));
            }
            said.append(line).append('\n');
        }
        throw new IOException("Chromium did not start:\n" + said);
    }

    private JsonNode ask(String method, Map<String, ?> parameters, String inSession) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        try {
            Map<String, Object> message = inSession.isEmpty()
                    ? Map.of("id", id, "method", method, "params", parameters)
                    : Map.of("id", id, "method", method, "params", parameters, "sessionId", inSession);
            socket.sendText(JSON.writeValueAsString(message), true).join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Puts the parts of a message together and hands it on. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                take(parts.toString());
                parts.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        private void take(String text) {
            try {
                JsonNode message = JSON.readTree(text);
                CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt(-1));
                if (answer != null) {
                    answer.complete(message.path("result"));
                } else if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                    JsonNode request = message.path("params").path("request");
                    synchronized (requests) {
                        requests.add(request.path("method").asText() + " " + request.path("url").asText());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
