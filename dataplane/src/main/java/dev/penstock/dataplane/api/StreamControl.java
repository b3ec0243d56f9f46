package dev.penstock.dataplane.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.buffer.ByteBufUtil;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;

/**
 * What monitoring and operators do with one stream: whether it is there ({@code check}), and off the air and back ({@code offline}, and
 * {@code control} in the words of restreamer).
 */
final class StreamControl {
    private static final int AT_ONCE = 16;
    private static final int MOST_BODY_BYTES = 4 << 10;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String EXPECTED = " (expected: {\"offline\": true} or {\"offline\": false})";
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
            .build();

    private final Catalog catalog;
    private final Writes writes;

    StreamControl(Catalog catalog, Writes writes) {
        this.catalog = catalog;
        this.writes = writes;
    }

    void addTo(Router router) {
        router.get("/api/v1/streams/{ns}/{name}/check", new BackgroundHandler(AT_ONCE, this::check))
                .get("/api/v1/streams/{ns}/{name}/control", new BackgroundHandler(AT_ONCE, this::control))
                .route("PUT", "/api/v1/streams/{ns}/{name}/offline", offline());
    }

    /** The texts are restreamer's: monitoring that looks for them goes on. */
    private void check(Exchange exchange) {
        boolean live = catalog.streams().stream().anyMatch(s -> s.namespace().equals(exchange.param("ns"))
                && s.name().equals(exchange.param("name")) && s.state() == StreamState.LIVE);
        exchange.send(live ? 200 : 404, TEXT, ControlApi.HEADERS, live ? "200 ok" : "404 not found");
    }

    /** Offline wins when both are asked for. */
    private void control(Exchange exchange) throws HttpError {
        boolean offline = exchange.query("offline").isPresent();
        if (exchange.head()) {
            throw new HttpError(405, "HEAD (expected: GET)", Map.of("Allow", "GET"));
        }
        if (!offline && exchange.query("online").isEmpty()) {
            exchange.send(400, TEXT, ControlApi.HEADERS, "400 bad request");
            return;
        }
        writes.offline(exchange, exchange.param("ns"), exchange.param("name"), offline);
        exchange.send(202, TEXT, ControlApi.HEADERS, "202 accepted");
    }

    private HttpHandler offline() {
        HttpHandler[] handlers = {change(false), change(true)};
        // The body belongs to the server, so it is read before the event loop is left.
        return exchange -> handlers[wanted(exchange) ? 1 : 0].handle(exchange);
    }

    private HttpHandler change(boolean offline) {
        return ControlApi.json(exchange -> {
            String namespace = exchange.param("ns");
            String name = exchange.param("name");
            writes.offline(exchange, namespace, name, offline);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("namespace", namespace);
            answer.put("name", name);
            answer.put("offline", offline);
            return ControlApi.write(answer);
        });
    }

    private static boolean wanted(Exchange exchange) throws HttpError {
        int size = exchange.body().readableBytes();
        if (size > MOST_BODY_BYTES) {
            throw new HttpError(413, "body: " + size + " bytes" + EXPECTED);
        }
        JsonNode body;
        try {
            body = STRICT.readTree(ByteBufUtil.getBytes(exchange.body()));
        } catch (JsonProcessingException e) {
            throw new HttpError(400, "body: not JSON, line " + e.getLocation().getLineNr() + " column "
                    + e.getLocation().getColumnNr() + EXPECTED);
        } catch (java.io.IOException e) {
            throw new HttpError(400, "body: not JSON" + EXPECTED);
        }
        if (!body.isObject()) {
            throw new HttpError(400, "body: " + (body.isMissingNode() ? "empty" : shown(body)) + EXPECTED);
        }
        for (String field : List.copyOf(names(body))) {
            if (!field.equals("offline")) {
                throw new HttpError(400, shown(field) + ": no such field (expected: offline)");
            }
        }
        JsonNode offline = body.path("offline");
        if (!offline.isBoolean()) {
            throw new HttpError(400, "offline: " + (offline.isMissingNode() ? "missing" : shown(offline))
                    + " (expected: true or false)");
        }
        return offline.booleanValue();
    }

    private static List<String> names(JsonNode body) {
        return body.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static String shown(Object value) {
        String text = value.toString();
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
