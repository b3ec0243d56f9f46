package dev.penstock.dataplane.app;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.SourceListener;
import dev.penstock.dataplane.media.SourceInfo;

/**
 * What became of a stream's source, for people. Written on the stream's event loop, read by any thread.
 */
final class SourceState implements SourceListener {
    private volatile Snapshot now = new Snapshot(null, false, false, 0, null);

    private final LongSupplier nanos;

    /**
     * The source at one moment.
     *
     * @param source the one tried or connected last; null before the first try
     * @param connected whether it delivers
     * @param failed whether a try has failed since the last success
     * @param sinceNanos when it was connected
     * @param lastError what went wrong last; null when nothing did
     */
    record Snapshot(@Nullable SourceInfo source, boolean connected, boolean failed, long sinceNanos,
            @Nullable String lastError) {}

    /** @param nanos clock for durations */
    SourceState(LongSupplier nanos) {
        this.nanos = nanos;
    }

    Snapshot now() {
        return now;
    }

    @Override
    public void connecting(SourceInfo source) {
        Snapshot before = now;
        now = new Snapshot(source, false, before.failed(), before.sinceNanos(), before.lastError());
    }

    @Override
    public void connected(SourceInfo source) {
        now = new Snapshot(source, true, false, nanos.getAsLong(), now.lastError());
    }

    @Override
    public void failed(SourceInfo source, String reason, Duration retryIn) {
        now = new Snapshot(source, false, true, now.sinceNanos(), reason);
    }

    @Override
    public void ended(SourceInfo source, String reason) {
        now = new Snapshot(source, false, true, now.sinceNanos(), reason);
    }
}
