package dev.penstock.dataplane.api;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.telemetry.Health;

/** {@code /api/v1}: what the process serves, as JSON. Read only, not for other sites' pages. What
 * is unknown is left out. */
public final class ControlApi {
    /** Answers of one route that may be in the making at once. */
    private static final int AT_ONCE = 16;
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store",
            "Access-Control-Allow-Origin", "");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL,
                    JsonInclude.Include.NON_NULL))
            .build();

    private record HealthView(boolean live, boolean ready, List<CheckView> checks) {}

    private record CheckView(String name, String kind, boolean ok, @Nullable String problem) {}

    private final Catalog catalog;
    private final Health health;

    /**
     * @param catalog what the process serves
     * @param health whether it can
     */
    public ControlApi(Catalog catalog, Health health) {
        this.catalog = catalog;
        this.health = health;
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        router.get("/api/v1/streams", json(exchange -> write(Map.of("streams", catalog.streams()))))
                .get("/api/v1/streams/{ns}/{name}",
                        json(exchange -> write(stream(exchange.param("ns"), exchange.param("name")))))
                .get("/api/v1/recordings", json(exchange -> write(Map.of("recordings", catalog.recordings()))))
                .get("/api/v1/problems", json(exchange -> write(Map.of("problems", catalog.problems()))))
                .get("/api/v1/health", json(exchange -> write(health())));
    }

    private StreamView stream(String namespace, String name) throws HttpError {
        return catalog.streams().stream().filter(s -> s.namespace().equals(namespace) && s.name().equals(name))
                .findFirst().orElseThrow(() -> new HttpError(404, "no stream " + namespace + "/" + name));
    }

    private HealthView health() {
        List<CheckView> checks = health.results().stream().map(r -> new CheckView(r.name(), r.kind().name(),
                r.problem().isEmpty(), r.problem().orElse(null))).toList();
        boolean live = checks.stream().allMatch(c -> c.ok() || !c.kind().equals(Health.Kind.LIVE.name()));
        return new HealthView(live, checks.stream().allMatch(CheckView::ok), checks);
    }

    private static HttpHandler json(BackgroundHandler.Text text) {
        return new BackgroundHandler("application/json", HEADERS, AT_ONCE, text);
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
