package dev.penstock.dataplane.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import dev.penstock.dataplane.http.Router;

/** {@code /api/v1/openapi.json}: what {@code /api/v1} is, for people and programs. */
final class OpenApi {
    private static final String RESOURCE = "/dev/penstock/dataplane/api/openapi.json";

    private OpenApi() {}

    static void addTo(Router router) {
        String document = text();
        router.get("/api/v1/openapi.json",
                exchange -> exchange.send(200, "application/json", ControlApi.HEADERS, document));
    }

    private static String text() {
        try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("class path: no " + RESOURCE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
