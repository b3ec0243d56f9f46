package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.segment.SegmentWindow;

/**
 * One request that waits for a stream's first segment: for at most twice the longest duration of a segment, without a
 * thread. Its own methods run on the connection's event loop; {@link #run} on the hub's.
 */
final class FirstSegment implements Runnable {
    private final Exchange exchange;
    private final SegmentWindow window;
    private final Runnable answer;
    private @Nullable ScheduledFuture<?> timeout;

    private FirstSegment(Exchange exchange, SegmentWindow window, Runnable answer) {
        this.exchange = exchange;
        this.window = window;
        this.answer = answer;
    }

    /**
     * Answers when the window lists a segment: now or later; with 503 when none comes.
     *
     * @param answer answers the exchange from a window that is not empty; called on the connection's event loop
     */
    static void await(Exchange exchange, SegmentWindow window, Runnable answer) {
        SegmentWindow.View view = window.view();
        if (!view.segments().isEmpty()) {
            answer.run();
            return;
        }
        FirstSegment waiting = new FirstSegment(exchange, window, answer);
        if (view.ended()) {
            waiting.unavailable("has ended");
        } else {
            waiting.await();
        }
    }

    private void await() {
        long millis = window.config().max().multipliedBy(2).toMillis();
        timeout = exchange.eventLoop().schedule(this::timedOut, millis, TimeUnit.MILLISECONDS);
        exchange.onClose(() -> {
            window.forget(this);
            timeout.cancel(false);
        });
        if (!window.whenFirst(this)) {
            timeout.cancel(false);
            unavailable("has no segment yet, and too many requests wait for it");
        }
    }

    /** The first segment is there. */
    @Override
    public void run() {
        try {
            exchange.eventLoop().execute(() -> {
                timeout.cancel(false);
                if (window.view().segments().isEmpty()) {
                    // Gone again meanwhile: nobody else wants the stream.
                    unavailable("has no segment yet");
                } else {
                    answer.run();
                }
            });
        } catch (RejectedExecutionException e) {
            // The connection's event loop is shut down, and the connection with it.
            window.forget(this);
        }
    }

    private void timedOut() {
        if (window.forget(this)) {
            unavailable("has no segment yet");
        }
    }

    private void unavailable(String why) {
        exchange.send(503, "text/plain; charset=utf-8",
                Map.of("Retry-After", Integer.toString(window.config().targetSeconds())),
                "stream " + LiveHls.streamOf(exchange) + ": " + why + "\n");
    }
}
