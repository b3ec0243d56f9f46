package dev.penstock.dataplane.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
     * @param streams whether the handler is called when the request's head is there, and takes the body as it comes
     */
    public record Route(String method, String pattern, HttpHandler handler, boolean streams) {}

    /**
     * Where a path that meets no route leads.
     *
     * @param path another path, which meets a route
     * @param redirects whether the client is sent there (307), rather than answered as if it had asked for that path
     */
    public record Detour(String path, boolean redirects) {}

    private final List<Route> routes = new ArrayList<>();
    private Function<String, Optional<Detour>> detours = path -> Optional.empty();

    /** Adds a route. */
    public Router route(String method, String pattern, HttpHandler handler) {
        return add(new Route(method, pattern, handler, false));
    }

    /**
     * Adds a route whose handler takes the body as it comes, without a bound: {@link Exchange#receive}. An answer before the body's end
     * ends the connection.
     */
    public Router streaming(String method, String pattern, HttpHandler handler) {
        return add(new Route(method, pattern, handler, true));
    }

    /** Adds a route. */
    public Router add(Route route) {
        routes.add(route);
        return this;
    }

    /** Adds a route for GET and HEAD. */
    public Router get(String pattern, HttpHandler handler) {
        return route("GET", pattern, handler);
    }

    /**
     * Where paths that meet no route lead.
     *
     * @param found asked with a decoded path, on event loops
     */
    public Router otherwise(Function<String, Optional<Detour>> found) {
        detours = found;
        return this;
    }

    /** Where paths that meet no route lead. */
    public Function<String, Optional<Detour>> detours() {
        return detours;
    }

    /** All routes, in the order in which they were added. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }
}
