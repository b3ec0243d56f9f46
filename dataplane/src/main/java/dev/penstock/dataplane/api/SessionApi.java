package dev.penstock.dataplane.api;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.placement.Peers;
import dev.penstock.dataplane.placement.Relay;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * {@code /api/v1/sessions}: who watches, and how to end that. In a pool any pod tells of all viewers, and finds the pod that has the
 * one to be ended.
 */
final class SessionApi {
    private static final Logger LOG = LoggerFactory.getLogger(SessionApi.class);
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
    private static final String AUTHORIZATION = "Authorization";

    private final Catalog catalog;
    private final Writes writes;
    private final @Nullable Peers peers;

    /** @param peers the other pods; null without a pool */
    SessionApi(Catalog catalog, Writes writes, @Nullable Peers peers) {
        this.catalog = catalog;
        this.writes = writes;
        this.peers = peers;
    }

    void addTo(Router router) {
        router.get("/api/v1/streams/{ns}/{name}/sessions", ControlApi.json(exchange -> {
            String stream = exchange.param("ns") + "/" + exchange.param("name");
            ControlApi.find(catalog, exchange);
            return ControlApi.write(Map.of("sessions",
                    catalog.sessions().stream().filter(session -> session.stream().equals(stream)).toList()));
        })).route("DELETE", "/api/v1/sessions/{id}", ControlApi.json(this::end));
    }

    private String end(Exchange exchange) throws HttpError {
        String id = exchange.param("id");
        if (!ID.matcher(id).matches()) {
            throw new HttpError(400, "id: " + id + " (expected: one of /api/v1/sessions)");
        }
        Optional<SessionView> here = catalog.sessions().stream().filter(s -> s.id().equals(id)).findFirst();
        if (here.isEmpty()) {
            return endElsewhere(exchange, id);
        }
        SessionView session = here.get();
        String[] stream = session.stream().split("/", 2);
        writes.check(exchange, stream[0], stream[1]);
        if (!catalog.end(id)) {
            throw none(id);
        }
        LOG.atInfo().addKeyValue(LogKeys.STREAM, session.stream()).addKeyValue(LogKeys.SESSION, id)
                .addKeyValue(LogKeys.REMOTE, session.address()).log("Session ended by the API");
        return ControlApi.write(session);
    }

    private String endElsewhere(Exchange exchange, String id) throws HttpError {
        if (peers == null || Relay.isRelayed(exchange)) {
            throw none(id);
        }
        SortedMap<String, String> silent = new TreeMap<>();
        Peers.Said refusal = null;
        Map<String, String> headers = exchange.header(AUTHORIZATION).map(value -> Map.of(AUTHORIZATION, value))
                .orElse(Map.of());
        for (Map.Entry<String, Peers.Said> said : peers.tell("DELETE", "/api/v1/sessions/" + id, headers).entrySet()) {
            switch (said.getValue().status()) {
                case 200 -> {
                    return said.getValue().text();
                }
                case 404 -> {
                    // It has no such session.
                }
                case 401, 403, 503 -> refusal = said.getValue();
                default -> silent.put(said.getKey(), said.getValue().text());
            }
        }
        if (refusal != null) {
            throw new HttpError(refusal.status(), ControlApi.errorOf(refusal.text()));
        }
        if (!silent.isEmpty()) {
            throw new HttpError(503, "no session " + id + " where it could be looked for; not there: " + silent,
                    Map.of("Retry-After", "2"));
        }
        throw none(id);
    }

    private static HttpError none(String id) {
        return new HttpError(404, "no session " + id);
    }
}
