package dev.penstock.dataplane.dash;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.AnswerBody;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;
import dev.penstock.dataplane.segment.CmafRendition;
import dev.penstock.dataplane.segment.CmafSegment;
import dev.penstock.dataplane.segment.CmafWindow;

/**
 * One segment on its way to one client while it grows. Its state belongs to the connection's event loop; only {@link #changed} runs on the
 * stream's. A client that takes no more holds nothing: the next part is asked of the window when it does again.
 */
final class GrowingSegment {
    /** Whole and final when it is received whole, so it is kept like any other segment. */
    static final Map<String, String> HEADERS = Map.of("Cache-Control", "public, max-age=3600, immutable");

    private final Exchange exchange;
    private final CmafWindow window;
    private final String rendition;
    private final long sequence;
    private final DashMetrics metrics;
    private final AtomicBoolean told = new AtomicBoolean();
    private @Nullable AnswerBody body;
    private @Nullable Runnable unsubscribe;
    private @Nullable Future<?> timer;
    private int next;
    private int seen = -1;
    private boolean done;

    GrowingSegment(Exchange exchange, CmafWindow window, String rendition, long sequence, DashMetrics metrics) {
        this.exchange = exchange;
        this.window = window;
        this.rendition = rendition;
        this.sequence = sequence;
        this.metrics = metrics;
    }

    void start() {
        unsubscribe = window.onChange(view -> changed());
        exchange.onClose(this::close);
        long period = window.config().segments().max().toMillis();
        timer = exchange.eventLoop().scheduleAtFixedRate(this::check, period, period, TimeUnit.MILLISECONDS);
        if (done) {
            // The client had gone before: nobody would end the two.
            unsubscribe.run();
            timer.cancel(false);
            return;
        }
        pump();
    }

    /** The window has changed: on the stream's event loop, many times for one turn of ours. */
    private void changed() {
        if (told.compareAndSet(false, true)) {
            try {
                exchange.eventLoop().execute(() -> {
                    told.set(false);
                    pump();
                });
            } catch (RejectedExecutionException e) {
                // The connection's event loop is shut down, and the connection with it, which unsubscribes.
                told.set(true);
            }
        }
    }

    private void pump() {
        if (done) {
            return;
        }
        CmafRendition listed = window.view().rendition(rendition).orElse(null);
        CmafSegment segment = listed == null ? null : GrowingSegments.find(listed, sequence);
        if (segment == null) {
            boolean ahead = listed != null && !window.view().ended() && !listed.segments().isEmpty()
                    && listed.segments().getLast().sequence() < sequence;
            if (body != null || !ahead) {
                giveUp("has left the window");
            }
            return;
        }
        AnswerBody out = body;
        if (out == null) {
            out = exchange.stream(listed.video() ? "video/mp4" : "audio/mp4", HEADERS, this::pump);
            body = out;
        }
        send(out, segment);
    }

    private void send(AnswerBody out, CmafSegment segment) {
        int parts = exchange.head() ? 0 : segment.parts().size();
        boolean sent = false;
        while (next < parts && out.isWritable()) {
            ByteBuf part = window.part(rendition, sequence, next).orElse(null);
            if (part == null) {
                giveUp("has left the window");
                return;
            }
            out.write(part);
            next++;
            sent = true;
        }
        if (exchange.head() || (segment.complete() && next == parts)) {
            close();
            out.end();
        } else if (sent) {
            out.flush();
        }
    }

    /** Once for each longest duration of a segment: the server looks after clients that take nothing. */
    private void check() {
        AnswerBody out = body;
        if (out == null || (next == seen && out.isWritable())) {
            giveUp("is not there yet");
        }
        seen = next;
    }

    private void giveUp(String why) {
        AnswerBody out = body;
        close();
        if (out != null) {
            metrics.cut();
            out.abort();
        } else {
            exchange.fail(new HttpError(404, "segment " + sequence + ": " + why));
        }
    }

    private void close() {
        if (done) {
            return;
        }
        done = true;
        metrics.ended();
        if (unsubscribe != null) {
            unsubscribe.run();
        }
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
