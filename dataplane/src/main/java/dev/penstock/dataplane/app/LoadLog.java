package dev.penstock.dataplane.app;

import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.access.Load;
import dev.penstock.dataplane.access.ViewerBook;
import dev.penstock.dataplane.telemetry.LogKeys;

/** Logs when streams and the pod become full, and when they are no longer; ten lines a second at most. Any thread. */
final class LoadLog implements ViewerBook.LoadListener {
    private static final Logger LOG = LoggerFactory.getLogger(LoadLog.class);
    private static final long WINDOW_NANOS = 1_000_000_000;
    private static final int MOST_LINES = 10;

    private final LongSupplier nanos;
    private long windowNanos;
    private int lines;

    LoadLog(LongSupplier nanos) {
        this.nanos = nanos;
        windowNanos = nanos.getAsLong();
    }

    @Override
    public void changed(@Nullable String stream, Load load, int viewers) {
        if (mayLog()) {
            LOG.atInfo().addKeyValue(LogKeys.STREAM, stream == null ? "all" : stream)
                    .addKeyValue(LogKeys.COUNT, viewers)
                    .log(load == Load.FULL ? "Full: new viewers should go elsewhere" : "Not full any more");
        }
    }

    private synchronized boolean mayLog() {
        long now = nanos.getAsLong();
        if (now - windowNanos >= WINDOW_NANOS) {
            windowNanos = now;
            lines = 0;
        }
        return lines++ < MOST_LINES;
    }
}
