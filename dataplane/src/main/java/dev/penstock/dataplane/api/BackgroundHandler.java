package dev.penstock.dataplane.api;

import java.util.Map;
import java.util.concurrent.Semaphore;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.http.HttpHandler;
import dev.penstock.dataplane.http.ShownPath;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Answers on virtual threads what takes too long for an event loop. At most {@code limit} at once; what comes on top is
 * answered with 503, so a slow answer holds up nobody else.
 */
final class BackgroundHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundHandler.class);

    /** Makes the answer's text. */
    @FunctionalInterface
    interface Text {
        /** @throws HttpError to answer with an error page */
        String of(Exchange exchange) throws HttpError;
    }

    /** Answers. */
    @FunctionalInterface
    interface Slow {
        /** @throws HttpError to answer with an error page; then nothing is answered before */
        void answer(Exchange exchange) throws HttpError;
    }

    private final Semaphore free;
    private final Slow slow;

    /** Answers with status 200 and a text. */
    BackgroundHandler(String contentType, Map<String, String> headers, int limit, Text text) {
        this(limit, exchange -> exchange.send(200, contentType, headers, text.of(exchange)));
    }

    BackgroundHandler(int limit, Slow slow) {
        this.free = new Semaphore(limit);
        this.slow = slow;
    }

    @Override
    public void handle(Exchange exchange) throws HttpError {
        if (!free.tryAcquire()) {
            throw new HttpError(503, "too many requests of this kind at once, try again");
        }
        Thread.ofVirtual().name("api").start(() -> {
            try {
                answer(exchange);
            } finally {
                free.release();
            }
        });
    }

    private void answer(Exchange exchange) {
        try {
            slow.answer(exchange);
        } catch (HttpError e) {
            exchange.fail(e);
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue(LogKeys.PATH, ShownPath.of(exchange.path())).setCause(e)
                    .log("Request handler failed");
            exchange.fail(new HttpError(500, "internal error"));
        }
    }
}
