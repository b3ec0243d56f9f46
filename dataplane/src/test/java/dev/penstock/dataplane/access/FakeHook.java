package dev.penstock.dataplane.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;

/** A hook on loopback that answers as it is told to. */
public final class FakeHook implements AutoCloseable {
    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile String body = "{\"allow\": true}";
    private volatile CountDownLatch held = new CountDownLatch(0);

    /** A question that came. */
    public record Asked(String body, @Nullable String signature) {}

    /** Starts it; it says yes. */
    public FakeHook() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(new Asked(text, exchange.getRequestHeaders().getFirst("Penstock-Signature")));
        try {
            held.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/may-publish?token=hidden");
    }

    /** Answers like this from now on, also those that it has let wait. */
    public void says(int newStatus, String newBody) {
        status = newStatus;
        body = newBody;
        held.countDown();
    }

    /** Answers nobody from now on. */
    public void hang() {
        held = new CountDownLatch(1);
    }

    /** All questions so far. */
    public List<Asked> asked() {
        return asked;
    }

    @Override
    public void close() {
        held.countDown();
        server.stop(0);
    }
}
