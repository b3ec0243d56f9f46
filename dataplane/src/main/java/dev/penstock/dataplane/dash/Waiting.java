package dev.penstock.dataplane.dash;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/**
 * One request that waits for what a stream does not list yet, its first manifest or the next segment: for at most twice the longest duration of a segment, without a thread. Its state
 * belongs to the connection's event loop; only {@link #changed} runs on the stream's.
 */
final class Waiting {
    /** Requests that may wait for a stream at a time. */
    static final int MOST = 2000;

    private final Exchange exchange;
    private final DashStream stream;
    private final BooleanSupplier ready;
    private final Runnable answer;
    private final AtomicBoolean told = new AtomicBoolean();
    private @Nullable Runnable unsubscribe;
    private @Nullable Runnable unwant;
    private @Nullable Future<?> timeout;
    private boolean done;

    private Waiting(Exchange exchange, DashStream stream, BooleanSupplier ready, Runnable answer) {
        this.exchange = exchange;
        this.stream = stream;
        this.ready = ready;
        this.answer = answer;
    }

    /**
     * Answers when the stream has come so far: now or later; with 503 when it does not.
     *
     * @param ready whether it has; any thread
     * @param answer answers the exchange; called on the connection's event loop
     */
    static void await(Exchange exchange, DashStream stream, DashMetrics metrics, BooleanSupplier ready,
            Runnable answer) {
        Waiting waiting = new Waiting(exchange, stream, ready, answer);
        if (ready.getAsBoolean()) {
            answer.run();
        } else if (stream.window().view().ended()) {
            waiting.unavailable("has ended");
        } else if (stream.waiting().incrementAndGet() > MOST) {
            stream.waiting().decrementAndGet();
            metrics.refused();
            waiting.unavailable("has not got so far yet, and too many requests wait for it");
        } else {
            waiting.start();
        }
    }

    private void start() {
        unwant = stream.window().want();
        unsubscribe = stream.window().onChange(view -> changed());
        long millis = stream.window().config().segments().max().multipliedBy(2).toMillis();
        timeout = exchange.eventLoop().schedule(() -> finish(() -> unavailable("has not got so far yet")), millis,
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
        if (ready.getAsBoolean()) {
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
