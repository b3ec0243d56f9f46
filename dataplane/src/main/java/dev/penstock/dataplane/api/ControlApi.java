package dev.penstock.dataplane.api;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.placement.Peers;
import dev.penstock.dataplane.telemetry.Health;

/**
 * {@code /api/v1}: what the process serves, and with the other pods what the pool serves, as JSON; {@code health} is of the process
 * alone. Not for other sites' pages. What is unknown is left out.
 */
public final class ControlApi {
    /** Answers of one route that may be in the making at once. */
    private static final int AT_ONCE = 16;
    static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store",
            "Access-Control-Allow-Origin", "");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL,
                    JsonInclude.Include.NON_NULL))
            .build();

    private record HealthView(boolean live, boolean ready, String load, int viewers, List<CheckView> checks) {}

    private record CheckView(String name, String kind, boolean ok, @Nullable String problem) {}

    private final Catalog catalog;
    private final Health health;
    private final @Nullable PoolLists pool;
    private final SessionApi sessions;
    private final StreamControl control;

    /**
     * @param catalog what the process serves
     * @param health whether it can
     * @param writes who may change what
     */
    public ControlApi(Catalog catalog, Health health, Writes writes) {
        this(catalog, health, null, null, writes);
    }

    /**
     * As above, in a pool.
     *
     * @param peers the other pods
     * @param nanos time in nanoseconds from any beginning
     */
    public ControlApi(Catalog catalog, Health health, Writes writes, Peers peers, LongSupplier nanos) {
        this(catalog, health, new PoolLists(peers, nanos), peers, writes);
    }

    private ControlApi(Catalog catalog, Health health, @Nullable PoolLists pool, @Nullable Peers peers,
            Writes writes) {
        this.catalog = catalog;
        this.health = health;
        this.pool = pool;
        sessions = new SessionApi(catalog, writes, peers);
        control = new StreamControl(catalog, writes);
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        router.get("/api/v1/streams", list("streams", catalog::streams))
                .get("/api/v1/streams/{ns}/{name}",
                        json(exchange -> write(find(catalog, exchange))))
                .get("/api/v1/recordings", list("recordings", catalog::recordings))
                .get("/api/v1/problems", list("problems", catalog::problems))
                .get("/api/v1/sessions", list("sessions", catalog::sessions))
                .get("/api/v1/health", json(exchange -> write(health())));
        sessions.addTo(router);
        control.addTo(router);
        OpenApi.addTo(router);
    }

    /** The stream that a request names. */
    static StreamView find(Catalog catalog, Exchange exchange) throws HttpError {
        String namespace = exchange.param("ns");
        String name = exchange.param("name");
        return catalog.streams().stream().filter(s -> s.namespace().equals(namespace) && s.name().equals(name))
                .findFirst().orElseThrow(() -> new HttpError(404, "no stream " + namespace + "/" + name));
    }

    private HealthView health() {
        List<CheckView> checks = health.results().stream().map(r -> new CheckView(r.name(), r.kind().name(),
                r.problem().isEmpty(), r.problem().orElse(null))).toList();
        boolean live = checks.stream().allMatch(c -> c.ok() || !c.kind().equals(Health.Kind.LIVE.name()));
        LoadView load = catalog.load();
        return new HealthView(live, checks.stream().allMatch(CheckView::ok), load.load(), load.viewers(), checks);
    }

    private HttpHandler list(String what, Supplier<List<?>> here) {
        return json(exchange -> write(
                pool == null ? Map.of(what, here.get()) : pool.of(exchange, what, here.get())));
    }

    /** Answers with JSON, from a virtual thread. */
    static HttpHandler json(BackgroundHandler.Text text) {
        return new BackgroundHandler("application/json", HEADERS, AT_ONCE, text);
    }

    /** The sentence of an error page of ours; the page itself when it is none. */
    static String errorOf(String page) {
        try {
            return JSON.readTree(page).path("error").asText(page);
        } catch (JsonProcessingException e) {
            return page;
        }
    }

    /** A value as JSON; what is null is left out. */
    static JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    /** Parses JSON. */
    static JsonNode tree(byte[] json) throws IOException {
        return JSON.readTree(json);
    }

    /** JSON of a value; what is null is left out. */
    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
