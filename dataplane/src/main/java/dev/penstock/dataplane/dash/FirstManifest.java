package dev.penstock.dataplane.dash;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/**
 * One request that waits for a stream's first manifest: for at most twice the longest duration of a segment, without a thread. Its state
 * belongs to the connection's event loop; only {@link #changed} runs on the stream's.
 */
final class FirstManifest {
    /** Requests that may wait for the first segment of a stream at a time. */
    static final int MOST = 2000;

    private final Exchange exchange;
    private final DashStream stream;
    private final Runnable answer;
    private final AtomicBoolean told = new AtomicBoolean();
    private @Nullable Runnable unsubscribe;
    private @Nullable Runnable unwant;
    private @Nullable Future<?> timeout;
    private boolean done;

    private FirstManifest(Exchange exchange, DashStream stream, Runnable answer) {
        this.exchange = exchange;
        this.stream = stream;
        this.answer = answer;
    }

    /**
     * Answers when there is a manifest: now or later; with 503 when none comes.
     *
     * @param answer answers the exchange from a manifest that exists; called on the connection's event loop
     */
    static void await(Exchange exchange, DashStream stream, DashMetrics metrics, Runnable answer) {
        FirstManifest waiting = new FirstManifest(exchange, stream, answer);
        if (stream.now().manifest().exists()) {
            answer.run();
        } else if (stream.window().view().ended()) {
            waiting.unavailable("has ended");
        } else if (stream.waiting().incrementAndGet() > MOST) {
            stream.waiting().decrementAndGet();
            metrics.refused();
            waiting.unavailable("has no segment yet, and too many requests wait for it");
        } else {
            waiting.start();
        }
    }

    private void start() {
        unwant = stream.window().want();
        unsubscribe = stream.window().onChange(view -> changed());
        long millis = stream.window().config().segments().max().multipliedBy(2).toMillis();
        timeout = exchange.eventLoop().schedule(() -> finish(() -> unavailable("has no segment yet")), millis,
                TimeUnit.MILLISECONDS);
        exchange.onClose(() -> finish(() -> {}));
        // The change may have come before we listened.
        look();
    }

    private void changed() {
        if (told.compareAndSet(false, true)) {
            try {
                exchange.eventLoop().execute(() -> {
                    told.set(false);
                    look();
                });
            } catch (RejectedExecutionException e) {
                // The connection's event loop is shut down, and the connection with it.
                told.set(true);
            }
        }
    }

    private void look() {
        if (done) {
            return;
        }
        if (stream.now().manifest().exists()) {
            finish(answer);
        } else if (stream.window().view().ended()) {
            finish(() -> unavailable("has ended"));
        }
    }

    private void finish(Runnable then) {
        if (done) {
            return;
        }
        done = true;
        stream.waiting().decrementAndGet();
        if (unsubscribe != null) {
            unsubscribe.run();
        }
        if (unwant != null) {
            unwant.run();
        }
        if (timeout != null) {
            timeout.cancel(false);
        }
        then.run();
    }

    private void unavailable(String why) {
        exchange.fail(new HttpError(503, "stream " + LiveDash.streamOf(exchange) + ": " + why, Map.of("Retry-After",
                Integer.toString(stream.window().config().segments().targetSeconds()))));
    }
}
