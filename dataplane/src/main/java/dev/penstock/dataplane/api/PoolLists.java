package dev.penstock.dataplane.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import com.fasterxml.jackson.databind.JsonNode;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.placement.Peers;
import dev.penstock.dataplane.placement.Relay;

/**
 * Lists of the whole pool: what is here, and what the other pods say of themselves. What they said is good for a second and shared
 * by all who ask meanwhile, so many open pages cost the pool no more than one. Any thread that may block.
 */
final class PoolLists {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Peers peers;
    private final LongSupplier nanos;
    private final Map<String, Elsewhere> lists = new ConcurrentHashMap<>();

    private record Missing(String pod, String reason) {}

    /** What the other pods said of one list. Its monitor is held while they are asked: whoever comes meanwhile waits for it. */
    private static final class Elsewhere {
        private boolean known;
        private long since;
        private List<JsonNode> items = List.of();
        private List<Missing> missing = List.of();
    }

    /** @param nanos time, to know what is fresh */
    PoolLists(Peers peers, LongSupplier nanos) {
        this.peers = peers;
        this.nanos = nanos;
    }

    /** A list of the pool; only what is here when another pod asks. */
    Map<String, Object> of(Exchange exchange, String what, List<?> here) {
        return Relay.isRelayed(exchange) ? Map.of(what, here) : of(what, here);
    }

    private Map<String, Object> of(String what, List<?> here) {
        Elsewhere elsewhere = lists.computeIfAbsent(what, key -> new Elsewhere());
        List<JsonNode> items = new ArrayList<>();
        here.forEach(item -> items.add(ControlApi.tree(item)));
        List<Missing> missing;
        synchronized (elsewhere) {
            if (!elsewhere.known || nanos.getAsLong() - elsewhere.since > FRESH_NANOS) {
                ask(what, elsewhere);
                elsewhere.since = nanos.getAsLong();
                elsewhere.known = true;
            }
            items.addAll(elsewhere.items);
            missing = elsewhere.missing;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(what, merged(items));
        if (!missing.isEmpty()) {
            answer.put("missing", missing);
        }
        return answer;
    }

    private void ask(String what, Elsewhere elsewhere) {
        Peers.Answers answers = peers.ask("/api/v1/" + what);
        List<JsonNode> items = new ArrayList<>();
        SortedMap<String, String> missing = new TreeMap<>(answers.missing());
        answers.bodies().forEach((pod, body) -> {
            try {
                JsonNode list = ControlApi.tree(body).path(what);
                if (!list.isArray()) {
                    throw new IOException("no list");
                }
                list.forEach(items::add);
            } catch (IOException e) {
                missing.put(pod, "its answer is not understood");
            }
        });
        elsewhere.items = List.copyOf(items);
        elsewhere.missing = missing.entrySet().stream().map(e -> new Missing(e.getKey(), e.getValue())).toList();
    }

    /** By namespace and name, each once: one that moves is in two pods for a moment. Problems, which have no name, stay in order. */
    private static List<JsonNode> merged(List<JsonNode> items) {
        Set<Object> seen = new HashSet<>();
        SortedMap<String, JsonNode> named = new TreeMap<>();
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode item : items) {
            String name = item.path("namespace").asText() + "/" + item.path("name").asText();
            if (!name.equals("/")) {
                named.putIfAbsent(name, item);
            } else if (seen.add(item)) {
                all.add(item);
            }
        }
        all.addAll(named.values());
        return all;
    }
}
