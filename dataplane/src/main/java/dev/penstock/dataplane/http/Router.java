package dev.penstock.dataplane.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Routes of the server: patterns of the form {@code /live/{ns}/{name}/index.m3u8}; a last {@code {rest...}} takes the rest
 * of the path, slashes included. The first registered match wins. Filled at start, then read only.
 */
public final class Router {
    /**
     * A route.
     *
     * @param method GET, PUT, POST or DELETE
     * @param pattern path pattern
     * @param handler who answers
     */
    public record Route(String method, String pattern, HttpHandler handler) {}

    private final List<Route> routes = new ArrayList<>();

    /** Adds a route. */
    public Router route(String method, String pattern, HttpHandler handler) {
        routes.add(new Route(method, pattern, handler));
        return this;
    }

    /** Adds a route for GET and HEAD. */
    public Router get(String pattern, HttpHandler handler) {
        return route("GET", pattern, handler);
    }

    /** All routes, in the order in which they were added. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }
}
