package dev.penstock.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.javaoperatorsdk.operator.RuntimeInfo;

import dev.penstock.operator.telemetry.OperatorMetrics;

/**
 * {@code /healthz}, {@code /readyz} and {@code /metrics}. Healthy: the watches that were started are alive. Ready: the process is
 * up; an operator that waits to become the leader is ready too, else a rolling update would wait for ever.
 */
final class AdminServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";

    private record Answer(int status, String type, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    AdminServer(int port, RuntimeInfo runtime, OperatorMetrics metrics) {
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("admin: port " + port + " (expected: a free port)", e);
        }
        server.setExecutor(threads);
        answer("/healthz", () -> health(runtime));
        answer("/readyz", () -> new Answer(200, TEXT, "ready\n"));
        answer("/metrics", () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
    }

    void start() {
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private static Answer health(RuntimeInfo runtime) {
        if (!runtime.isStarted() || runtime.allEventSourcesAreHealthy()) {
            return new Answer(200, TEXT, "healthy\n");
        }
        return new Answer(503, TEXT, "watches that do not run: " + runtime.unhealthyEventSources().keySet() + "\n");
    }

    private void answer(String path, Supplier<Answer> answers) {
        server.createContext(path, exchange -> {
            try (exchange) {
                write(exchange,
                        exchange.getRequestURI().getPath().equals(path)
                                ? answers.get()
                                : new Answer(404, TEXT, "not found\n"));
            }
        });
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
