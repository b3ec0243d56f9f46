package dev.penstock.dataplane.app;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.dataplane.http.Router;

/**
 * {@code spec.http.aliases}: paths that deployed players already use, and the streams behind them. An alias belongs to the oldest
 * stream that wants it; for the others that is a problem, and they are served without it. Changed by the one thread that tells
 * of resources; looked up by any thread.
 */
final class Aliases {
    private static final Comparator<Claim> OLDEST = Comparator.comparing(Claim::created)
            .thenComparing(Claim::came).thenComparing(Claim::namespace).thenComparing(Claim::name);

    private static final List<String> CONTROL = List.of("/check", "/control");

    private final Problems problems;
    private final Map<String, Claim> streams = new HashMap<>();
    private final Map<String, NavigableSet<Claim>> claims = new HashMap<>();
    private final Map<String, Claim> owners = new ConcurrentHashMap<>();
    private long coming;

    /**
     * A stream and the aliases that it wants.
     *
     * @param created when it was made, RFC 3339; empty for all when they come from files, so that the first to come is the oldest
     */
    private record Claim(String namespace, String name, String created, long came, List<String> paths) {
        String resource() {
            return "LiveStream " + namespace + "/" + name;
        }

        String problem(String path) {
            return resource() + " alias " + path;
        }

        Router.Detour api(String what) {
            return new Router.Detour("/api/v1/streams/" + namespace + "/" + name + what, false);
        }

        Router.Detour detour(String path) {
            boolean playlist = path.endsWith(".m3u8");
            return new Router.Detour("/live/" + namespace + "/" + name + (playlist ? "/index.m3u8" : "/stream.ts"),
                    playlist);
        }
    }

    /** @param problems where it is said that an alias is taken */
    Aliases(Problems problems) {
        this.problems = problems;
    }

    /**
     * Where a path leads: to the stream itself, but to its playlist by a redirect, as the lines of that are relative. {@code /check}
     * and {@code /control} before an alias lead where restreamer's documented configuration has them. Any thread.
     */
    Optional<Router.Detour> find(String path) {
        Claim owner = owners.get(path);
        if (owner != null) {
            return Optional.of(owner.detour(path));
        }
        for (String api : CONTROL) {
            Claim controlled = path.startsWith(api + "/") ? owners.get(path.substring(api.length())) : null;
            if (controlled != null) {
                return Optional.of(controlled.api(api));
            }
        }
        return Optional.empty();
    }

    /** A stream is new or has changed. */
    void apply(LiveStream stream) {
        String namespace = stream.getMetadata().getNamespace();
        String name = stream.getMetadata().getName();
        List<String> paths = stream.getSpec().http() == null || stream.getSpec().http().aliases() == null
                ? List.of()
                : List.copyOf(stream.getSpec().http().aliases());
        String created = Objects.requireNonNullElse(stream.getMetadata().getCreationTimestamp(), "");
        Claim before = streams.get(namespace + "/" + name);
        long came = before == null ? coming++ : before.came();
        change(before, new Claim(namespace, name, created, came, paths));
    }

    /** A stream is gone. */
    void remove(String namespace, String name) {
        change(streams.get(namespace + "/" + name), null);
    }

    private void change(@Nullable Claim before, @Nullable Claim now) {
        Set<String> touched = new HashSet<>();
        if (before != null) {
            streams.remove(before.namespace() + "/" + before.name());
            for (String path : before.paths()) {
                touched.add(path);
                problems.solved(before.problem(path));
                claims.computeIfPresent(path, (key, all) -> {
                    all.remove(before);
                    return all.isEmpty() ? null : all;
                });
            }
        }
        if (now != null) {
            streams.put(now.namespace() + "/" + now.name(), now);
            for (String path : now.paths()) {
                touched.add(path);
                claims.computeIfAbsent(path, key -> new TreeSet<>(OLDEST)).add(now);
            }
        }
        touched.forEach(this::settle);
    }

    private void settle(String path) {
        NavigableSet<Claim> all = claims.get(path);
        if (all == null) {
            owners.remove(path);
            return;
        }
        Claim oldest = all.first();
        owners.put(path, oldest);
        problems.solved(oldest.problem(path));
        all.tailSet(oldest, false).forEach(other -> problems.failed(other.problem(path), other.resource(),
                "spec.http.aliases", path, "a path that is free; this one belongs to " + oldest.resource()));
    }
}
