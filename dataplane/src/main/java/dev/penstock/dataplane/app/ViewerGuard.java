package dev.penstock.dataplane.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import dev.penstock.dataplane.access.Admission;
import dev.penstock.dataplane.access.Admission.Seat;
import dev.penstock.dataplane.access.Admission.TurnedAway;
import dev.penstock.dataplane.access.ViewerBook;
import dev.penstock.dataplane.http.AnswerBody;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.ForwardingExchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.PulledBody;
import dev.penstock.dataplane.http.Router;

/**
 * Lets as many viewers in as the limits say. {@code stream.ts} is a viewer for as long as its connection lasts; whoever asks for
 * anything else of a stream but pictures is a player. Any thread.
 */
final class ViewerGuard {
    private static final String RETRY_SECONDS = "5";
    private static final String STREAM = "/live/{ns}/{name}/";
    private static final String ENDLESS = STREAM + "stream.ts";
    /** Pictures are looked at by pages that list streams, too. */
    private static final Set<String> NOT_WATCHING = Set.of(".jpg", ".jpeg", ".png", ".webp", ".vtt");

    private final ViewerBook book;
    private final ViewerRules rules;

    ViewerGuard(ViewerBook book, ViewerRules rules) {
        this.book = book;
        this.rules = rules;
    }

    /** The same routes; those of a live stream look first whether there is room. */
    Router guard(Router routes) {
        Router guarded = new Router().otherwise(routes.detours());
        for (Router.Route route : routes.routes()) {
            guarded.add(new Router.Route(route.method(), route.pattern(), handler(route), route.streams()));
        }
        return guarded;
    }

    private HttpHandler handler(Router.Route route) {
        String pattern = route.pattern();
        if (!pattern.startsWith(STREAM) || NOT_WATCHING.stream().anyMatch(pattern::endsWith)) {
            return route.handler();
        }
        return pattern.equals(ENDLESS) ? endless(route.handler()) : player(route.handler());
    }

    private HttpHandler player(HttpHandler next) {
        return exchange -> {
            String stream = stream(exchange);
            Admission said = book.play(stream, exchange.remoteAddress(), exchange.header("User-Agent").orElse(""),
                    exchange.head());
            if (said instanceof TurnedAway away) {
                throw away(stream, away);
            }
            next.handle(exchange);
        };
    }

    private HttpHandler endless(HttpHandler next) {
        return exchange -> {
            String stream = stream(exchange);
            switch (book.connect(stream, exchange.remoteAddress())) {
                case TurnedAway away -> throw away(stream, away);
                case Admission.Welcome welcome -> next.handle(exchange);
                case Seat seat -> {
                    exchange.onClose(seat::close);
                    try {
                        next.handle(new Seated(exchange, seat));
                    } catch (HttpError | RuntimeException e) {
                        seat.close();
                        throw e;
                    }
                }
            }
        };
    }

    private HttpError away(String stream, TurnedAway away) {
        return rules.fullStatus(stream) == 404
                ? new HttpError(404, away.message())
                : new HttpError(503, away.message(), Map.of("Retry-After", RETRY_SECONDS));
    }

    private static String stream(Exchange exchange) {
        return exchange.param("ns") + "/" + exchange.param("name");
    }

    /** Gives the seat back with any answer that has an end. */
    private static final class Seated extends ForwardingExchange {
        private final Seat seat;

        Seated(Exchange to, Seat seat) {
            super(to);
            this.seat = seat;
        }

        @Override
        public void send(int status, String contentType, Map<String, String> headers, ByteBuf body) {
            seat.close();
            super.send(status, contentType, headers, body);
        }

        @Override
        public void send(int status, String contentType, Map<String, String> headers, String body) {
            seat.close();
            super.send(status, contentType, headers, body);
        }

        @Override
        public void send(String contentType, Map<String, String> headers, PulledBody body) {
            seat.close();
            super.send(contentType, headers, body);
        }

        @Override
        public void sendFile(String contentType, Map<String, String> headers, Path file) {
            seat.close();
            super.sendFile(contentType, headers, file);
        }

        @Override
        public AnswerBody pass(int status, Map<String, String> headers, Runnable writable) {
            seat.close();
            return super.pass(status, headers, writable);
        }

        @Override
        public AnswerBody stream(String contentType, Map<String, String> headers, Runnable writable) {
            seat.close();
            return super.stream(contentType, headers, writable);
        }

        @Override
        public void fail(HttpError error) {
            seat.close();
            super.fail(error);
        }

        @Override
        public Optional<Channel> takeOver(String contentType, Map<String, String> headers) {
            Optional<Channel> channel = super.takeOver(contentType, headers);
            if (channel.isEmpty()) {
                seat.close();
            }
            return channel;
        }
    }
}
