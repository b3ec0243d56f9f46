package dev.penstock.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** Cameras and object stores that fail in their own ways, on one port of the loopback. */
final class BadServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    BadServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/missing.ts", exchange -> answer(exchange, 404, "not here"));
        server.createContext("/locked.ts", exchange -> answer(exchange, 401, "who are you"));
        server.createContext("/garbage.ts", this::garbage);
        server.createContext("/forbidden", exchange -> s3(exchange, 403, "AccessDenied", "Access Denied"));
        server.createContext("/wrongkey", exchange -> s3(exchange, 403, "InvalidAccessKeyId",
                "The Access Key Id you provided does not exist in our records."));
        server.createContext("/nobucket",
                exchange -> s3(exchange, 404, "NoSuchBucket", "The specified bucket does not exist"));
        server.start();
    }

    /** Host and port. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** A text in which the word SERVER stands for the address. */
    String filled(String text) {
        return text.replace("SERVER", address());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, isHead ? -1 : bytes.length);
            if (!isHead) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private static void s3(HttpExchange exchange, int status, String code, String message) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        URI uri = exchange.getRequestURI();
        answer(exchange, status, "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message
                + "</Message><Resource>" + uri.getPath() + "</Resource><RequestId>1</RequestId></Error>");
    }

    private void garbage(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "video/mp2t");
            exchange.sendResponseHeaders(200, 0);
            byte[] bytes = new byte[64 * 1024];
            new Random(1).nextBytes(bytes);
            OutputStream out = exchange.getResponseBody();
            while (!threads.isShutdown()) {
                out.write(bytes);
                out.flush();
            }
        }
    }
}
