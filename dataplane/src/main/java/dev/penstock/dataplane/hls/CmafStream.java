package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

import dev.penstock.dataplane.hls.playlist.LowLatency;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.segment.CmafView;
import dev.penstock.dataplane.segment.CmafWindow;

/** A stream's window, its newest playlists, and the requests that wait for the next. Any thread. */
final class CmafStream {
    private final CmafWindow window;
    private final LowLatency promise;
    private final Map<String, String> retryLater;
    private final Map<String, String> reloadHeaders;
    private final Waiters waiters;
    private volatile Snapshot newest;

    CmafStream(CmafWindow window) {
        this.window = window;
        promise = LowLatency.of(window.config());
        retryLater = Map.of("Retry-After", Integer.toString(promise.targetSeconds()));
        // Answers to blocking reloads never change, so caches may keep them for six target durations (B.1).
        reloadHeaders = Map.of("Cache-Control", "max-age=" + 6 * promise.targetSeconds());
        newest = new Snapshot(promise, CmafView.EMPTY);
        waiters = new Waiters(this::now, window::want);
    }

    CmafWindow window() {
        return window;
    }

    LowLatency promise() {
        return promise;
    }

    Waiters waiters() {
        return waiters;
    }

    /** What is listed now. */
    Snapshot now() {
        CmafView view = window.view();
        Snapshot last = newest;
        if (last.view().version() != view.version()) {
            synchronized (this) {
                // Requests of many loops come at once: one of them prepares the snapshot, so that each text is made once.
                view = window.view();
                last = newest;
                if (last.view().version() != view.version()) {
                    last = new Snapshot(promise, view);
                    newest = last;
                }
            }
        }
        return last;
    }

    /** Headers of what a blocking reload is answered with. */
    Map<String, String> reloadHeaders() {
        return reloadHeaders;
    }

    /** For how long a request waits for the first segment: twice the longest duration of one. */
    long firstNanos() {
        return window.config().segments().max().multipliedBy(2).toNanos();
    }

    /** For how long a request waits for what it asks for: three target durations (draft-pantos-hls-rfc8216bis 6.2.5.2). */
    long reloadNanos() {
        return TimeUnit.SECONDS.toNanos(3L * promise.targetSeconds());
    }

    /**
     * Answers now or when it is ready, on the exchange's event loop; with 503 when that takes too long.
     *
     * @param ready whether it can be answered from a snapshot; cheap
     * @param answer answers from it
     * @param nanos how long is too long
     * @param late says in that case what is missing, after the stream's name
     */
    void respond(Exchange exchange, Predicate<Snapshot> ready, Consumer<Snapshot> answer, long nanos, String late) {
        Snapshot now = now();
        if (ready.test(now)) {
            answer.accept(now);
        } else if (!waiters.await(
                new Waiters.Waiting(exchange, ready, answer, () -> unavailable(exchange, late), nanos))) {
            unavailable(exchange, "too many requests wait for it (expected: at most " + Waiters.MAX + ")");
        }
    }

    /** Answers with 503: what the client asks for may be there later. */
    void unavailable(Exchange exchange, String why) {
        exchange.fail(new HttpError(503, "stream " + LiveHls.streamOf(exchange) + ": " + why, retryLater));
    }
}
