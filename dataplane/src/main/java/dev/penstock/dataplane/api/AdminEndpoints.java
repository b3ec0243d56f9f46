package dev.penstock.dataplane.api;

import java.util.List;
import java.util.Map;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.dataplane.telemetry.Telemetry;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}: for probes and scrapers, not for other sites' pages. */
public final class AdminEndpoints {
    /** Scrapes that may run at once. */
    private static final int SCRAPES_AT_ONCE = 4;
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store",
            "Access-Control-Allow-Origin", "");

    private final Telemetry telemetry;
    private final Health health;

    /**
     * @param telemetry the metrics
     * @param health the checks
     */
    public AdminEndpoints(Telemetry telemetry, Health health) {
        this.telemetry = telemetry;
        this.health = health;
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        router.get("/healthz", probe(Health.Kind.LIVE)).get("/readyz", probe(Health.Kind.READY)).get("/metrics",
                new BackgroundHandler(Telemetry.CONTENT_TYPE, HEADERS, SCRAPES_AT_ONCE,
                        exchange -> telemetry.scrape()));
    }

    /** Answered on the event loop: a probe must not wait for a busy machine's other work, and checks never block. */
    private HttpHandler probe(Health.Kind kind) {
        return exchange -> answer(exchange, health.results(kind));
    }

    private static void answer(Exchange exchange, List<Health.Result> results) {
        boolean ok = results.stream().allMatch(result -> result.problem().isEmpty());
        StringBuilder lines = new StringBuilder(ok ? "ok\n" : "failing\n");
        for (Health.Result result : results) {
            lines.append(result.name()).append(": ").append(result.problem().orElse("ok")).append('\n');
        }
        exchange.send(ok ? 200 : 503, "text/plain; charset=utf-8", HEADERS, lines.toString());
    }
}
