package dev.penstock.dataplane.app;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.access.PlaybackDoor;
import dev.penstock.dataplane.access.PlaybackRequest;
import dev.penstock.dataplane.access.PlaybackRules;
import dev.penstock.dataplane.access.PlaybackVerdict;
import dev.penstock.dataplane.access.PlaybackVerdict.Admitted;
import dev.penstock.dataplane.access.PlaybackVerdict.Refused;
import dev.penstock.dataplane.access.SignedUrl;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.Router;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Asks for each request of a live stream whether this client may play it. A permit may stand in the query
 * ({@code ?exp=..&sig=..}, {@code ?access_token=..}), in a header, or in the path, so that the relative lines of playlists keep it:
 * {@code /live/ns/name/~permit/index.m3u8}. A playlist that is asked for with a permit in the query is answered by a redirect to
 * that. Any thread.
 */
final class PlaybackGuard {
    private static final Logger LOG = LoggerFactory.getLogger(PlaybackGuard.class);
    private static final String STREAM = "/live/{ns}/{name}/";
    private static final String TOKEN = "~{penstock-token}/";
    private static final Pattern PATH_SAFE = Pattern.compile("[A-Za-z0-9._~:-]+");
    private static final Set<String> PERMITS = Set.of("exp", "sig", "addr", "access_token");

    private final PlaybackAccess access;
    private final PlaybackDoor door;

    PlaybackGuard(PlaybackAccess access, PlaybackDoor door) {
        this.access = access;
        this.door = door;
    }

    /** The same routes; those of a live stream ask first, and are also there with a permit in the path. */
    Router guard(Router routes) {
        Router guarded = new Router().otherwise(routes.detours());
        List<Router.Route> live = routes.routes().stream().filter(route -> route.pattern().startsWith(STREAM)).toList();
        // First those with a permit: a wide pattern must not take its segment for something else.
        for (Router.Route route : live) {
            String pattern = STREAM + TOKEN + route.pattern().substring(STREAM.length());
            guarded.add(new Router.Route(route.method(), pattern, asking(route.handler(), true), route.streams()));
        }
        for (Router.Route route : routes.routes()) {
            HttpHandler handler = live.contains(route) ? asking(route.handler(), false) : route.handler();
            guarded.add(new Router.Route(route.method(), route.pattern(), handler, route.streams()));
        }
        return guarded;
    }

    private HttpHandler asking(HttpHandler next, boolean inPath) {
        return exchange -> {
            String stream = exchange.param("ns") + "/" + exchange.param("name");
            PlaybackRules rules = access.rules(stream).orElse(PlaybackRules.OPEN);
            if (rules.isOpen() && rules.origins().isAny()) {
                next.handle(exchange);
                return;
            }
            PlaybackRequest request = request(exchange, inPath);
            Step step = verdict -> answer(exchange, rules, request, verdict, next);
            Optional<PlaybackVerdict> verdict = door.ask(rules, request, later -> resume(exchange, step, later));
            if (verdict.isPresent()) {
                step.go(verdict.get());
            }
        };
    }

    private interface Step {
        void go(PlaybackVerdict verdict) throws HttpError;
    }

    /** Goes on with a verdict that has come later. */
    private static void resume(Exchange exchange, Step step, PlaybackVerdict verdict) {
        try {
            exchange.eventLoop().execute(() -> {
                try {
                    step.go(verdict);
                } catch (HttpError e) {
                    exchange.fail(e);
                } catch (RuntimeException e) {
                    LOG.atError().addKeyValue(LogKeys.STREAM, exchange.param("ns") + "/" + exchange.param("name"))
                            .setCause(e).log("Request handler failed");
                    exchange.fail(new HttpError(500, "internal error"));
                }
            });
        } catch (RejectedExecutionException e) {
            // The event loop is shut down, and the connection with it.
            return;
        }
    }

    private void answer(Exchange exchange, PlaybackRules rules, PlaybackRequest request, PlaybackVerdict verdict,
            HttpHandler next) throws HttpError {
        Map<String, String> cors = cors(exchange, rules);
        switch (verdict) {
            case Refused refused -> {
                access.doubted(request.stream());
                Map<String, String> headers = new TreeMap<>(cors);
                if (!refused.challenges().isEmpty()) {
                    headers.put("WWW-Authenticate", String.join(", ", refused.challenges()));
                }
                throw new HttpError(refused.status(), refused.message(), headers);
            }
            case Admitted admitted -> {
                Optional<String> better = admitted == Admitted.BY_URL
                        ? withPermitInPath(exchange, request)
                        : Optional.empty();
                if (better.isPresent()) {
                    Map<String, String> headers = new TreeMap<>(cors);
                    headers.put("Location", better.get());
                    headers.put("Cache-Control", "no-store");
                    exchange.send(307, "", headers, Unpooled.EMPTY_BUFFER);
                    return;
                }
                try {
                    next.handle(new PlayedExchange(exchange, cors, admitted == Admitted.BY_HEADER));
                } catch (HttpError e) {
                    Map<String, String> headers = new TreeMap<>(cors);
                    headers.putAll(e.headers());
                    throw new HttpError(e.status(), String.valueOf(e.getMessage()), headers);
                }
            }
        }
    }

    private static Map<String, String> cors(Exchange exchange, PlaybackRules rules) {
        if (rules.origins().isAny()) {
            return Map.of();
        }
        String origin = exchange.header("Origin").orElse(null);
        return Map.of("Vary", "Origin", "Access-Control-Allow-Origin",
                origin != null && rules.origins().allow(origin) ? origin : "");
    }

    private static PlaybackRequest request(Exchange exchange, boolean inPath) {
        String permit = inPath ? exchange.param("penstock-token") : null;
        String namespace = exchange.param("ns");
        String name = exchange.param("name");
        String before = "/live/" + namespace + "/" + name + "/" + (permit == null ? "" : "~" + permit + "/");
        Optional<SignedUrl> signed = permit == null ? signedQuery(exchange) : SignedUrl.parse(permit);
        String token = permit == null
                ? exchange.query("access_token").orElse(null)
                : signed.isPresent() ? null : permit;
        return new PlaybackRequest(namespace, name, exchange.path().substring(before.length()),
                exchange.remoteAddress(), signed.orElse(null), token, exchange.header("Authorization").orElse(null));
    }

    private static Optional<SignedUrl> signedQuery(Exchange exchange) {
        Optional<String> signature = exchange.query("sig");
        return signature.map(text -> new SignedUrl(exchange.query("exp").orElse(""),
                exchange.query("addr").orElse(""), text));
    }

    /** Where a playlist is whose lines keep the permit that stands in the query now; relative. */
    private static Optional<String> withPermitInPath(Exchange exchange, PlaybackRequest request) {
        String file = request.file();
        boolean list = file.endsWith(".m3u8") || file.endsWith(".mpd");
        String query = query(exchange);
        String permit = permit(request);
        if (!list || file.indexOf('/') >= 0 || query == null || permit == null || !PATH_SAFE.matcher(permit).matches()
                || exchange.path().contains("/~")) {
            return Optional.empty();
        }
        String rest = Arrays.stream(query.split("&")).filter(pair -> !PERMITS.contains(name(pair)))
                .collect(Collectors.joining("&"));
        return Optional.of("./~" + permit + "/" + file + (rest.isEmpty() ? "" : "?" + rest));
    }

    private static @Nullable String permit(PlaybackRequest request) {
        return request.signed() != null ? request.signed().token() : request.token();
    }

    private static @Nullable String query(Exchange exchange) {
        int question = exchange.target().indexOf('?');
        return question < 0 ? null : exchange.target().substring(question + 1);
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
    }
}
