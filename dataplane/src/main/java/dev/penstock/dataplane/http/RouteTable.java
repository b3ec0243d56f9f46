package dev.penstock.dataplane.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** A router's patterns, compiled. Immutable, any thread. */
final class RouteTable {
    /** What a request meets. */
    sealed interface Match {
        /** Counters of the route. */
        HttpMetrics.RouteMetrics counters();
    }

    /** A handler. */
    record Found(HttpHandler handler, boolean streams, Map<String, String> params, HttpMetrics.RouteMetrics counters)
            implements
                Match {}

    /** The path exists, but not for this method. */
    record NotAllowed(String allow, HttpMetrics.RouteMetrics counters) implements Match {}

    /** No such path. */
    record NotFound(HttpMetrics.RouteMetrics counters) implements Match {}

    /** One segment of a pattern: fixed text, or a variable with text before and after it. */
    private record Part(String before, String variable, String after) {
        static Part compile(String text, String pattern) {
            int open = text.indexOf('{');
            int close = text.indexOf('}');
            if (open < 0 && close < 0) {
                return new Part(text, "", "");
            }
            String after = text.substring(close + 1);
            if (open < 0 || close < open + 2 || after.indexOf('{') >= 0 || after.indexOf('}') >= 0) {
                throw new IllegalArgumentException(
                        "route: " + pattern + " (expected: at most one {name} between two slashes)");
            }
            return new Part(text.substring(0, open), text.substring(open + 1, close), after);
        }

        boolean matches(String segment, Map<String, String> params) {
            if (variable.isEmpty()) {
                return segment.equals(before);
            }
            int length = segment.length() - before.length() - after.length();
            if (length <= 0 || !segment.startsWith(before) || !segment.endsWith(after)) {
                return false;
            }
            params.put(variable, segment.substring(before.length(), before.length() + length));
            return true;
        }
    }

    private record Compiled(Router.Route route, List<Part> parts, String rest, HttpMetrics.RouteMetrics counters) {
        boolean matches(List<String> segments, Map<String, String> params) {
            boolean takesRest = !rest.isEmpty();
            if (takesRest ? segments.size() <= parts.size() : segments.size() != parts.size()) {
                return false;
            }
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).matches(segments.get(i), params)) {
                    return false;
                }
            }
            if (takesRest) {
                params.put(rest, String.join("/", segments.subList(parts.size(), segments.size())));
            }
            return true;
        }
    }

    private final List<Compiled> routes;
    private final HttpMetrics.RouteMetrics unmatched;
    private final Function<String, Optional<Router.Detour>> detours;

    RouteTable(Router router, HttpMetrics metrics) {
        routes = router.routes().stream().map(route -> compile(route, metrics)).toList();
        unmatched = metrics.route("none");
        detours = router.detours();
    }

    private static Compiled compile(Router.Route route, HttpMetrics metrics) {
        String pattern = route.pattern();
        if (!pattern.startsWith("/")) {
            throw new IllegalArgumentException("route: " + pattern + " (expected: a pattern that starts with /)");
        }
        List<String> texts = new ArrayList<>(List.of(pattern.substring(1).split("/", -1)));
        String rest = "";
        if (texts.getLast().startsWith("{") && texts.getLast().endsWith("...}")) {
            String last = texts.removeLast();
            rest = last.substring(1, last.length() - 4);
        }
        return new Compiled(route, texts.stream().map(text -> Part.compile(text, pattern)).toList(), rest,
                metrics.route(pattern));
    }

    /** Counters for requests that meet no route. */
    HttpMetrics.RouteMetrics unmatched() {
        return unmatched;
    }

    /** Where a path that meets no route leads. */
    Optional<Router.Detour> detour(String path) {
        return detours.apply(path);
    }

    /**
     * The first registered route that fits.
     *
     * @param method GET for HEAD too
     */
    Match match(String method, RequestTarget target) {
        TreeSet<String> allow = new TreeSet<>();
        HttpMetrics.RouteMetrics counters = unmatched;
        for (Compiled compiled : routes) {
            Map<String, String> params = new HashMap<>();
            if (compiled.matches(target.segments(), params)) {
                if (compiled.route().method().equals(method)) {
                    return new Found(compiled.route().handler(), compiled.route().streams(), params,
                            compiled.counters());
                }
                allow.add(compiled.route().method());
                counters = compiled.counters();
            }
        }
        if (allow.isEmpty()) {
            return new NotFound(unmatched);
        }
        if (allow.contains("GET")) {
            allow.add("HEAD");
        }
        allow.add("OPTIONS");
        return new NotAllowed(String.join(", ", allow), counters);
    }
}
