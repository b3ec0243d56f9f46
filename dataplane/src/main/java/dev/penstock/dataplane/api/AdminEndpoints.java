package dev.penstock.dataplane.api;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.telemetry.Health;
import dev.penstock.dataplane.telemetry.Telemetry;
import dev.penstock.wire.PodReport;

/**
 * {@code /healthz}, {@code /readyz}, {@code /metrics} and, in a pool, {@code /pod}: for probes, scrapers and the operator, not
 * for other sites' pages.
 */
public final class AdminEndpoints {
    /** Scrapes that may run at once. */
    private static final int SCRAPES_AT_ONCE = 4;
    private static final Map<String, String> HEADERS = Map.of("Cache-Control", "no-store",
            "Access-Control-Allow-Origin", "");

    private final Telemetry telemetry;
    private final Health health;
    private final @Nullable Supplier<PodReport> pod;

    /**
     * @param telemetry the metrics
     * @param health the checks
     * @param pod what this pod says of itself, asked on event loops once a second; null outside a pool
     */
    public AdminEndpoints(Telemetry telemetry, Health health, @Nullable Supplier<PodReport> pod) {
        this.telemetry = telemetry;
        this.health = health;
        this.pod = pod;
    }

    /** Adds the routes. */
    public void addTo(Router router) {
        router.get("/healthz", probe(Health.Kind.LIVE)).get("/readyz", probe(Health.Kind.READY)).get("/metrics",
                new BackgroundHandler(Telemetry.CONTENT_TYPE, HEADERS, SCRAPES_AT_ONCE,
                        exchange -> telemetry.scrape()));
        Supplier<PodReport> report = pod;
        if (report != null) {
            router.get("/pod",
                    exchange -> exchange.send(200, "application/json", HEADERS, ControlApi.write(report.get())));
        }
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
