package dev.penstock.dataplane.app;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.SourceListener;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * What became of a stream's source, for people. Written on the stream's event loop, read by any thread.
 */
final class SourceState implements SourceListener {
    private volatile Snapshot now = new Snapshot(null, false, false, false, Instant.EPOCH, null);

    private static final Logger LOG = LoggerFactory.getLogger(SourceState.class);
    private static final Pattern UNAUTHORIZED = Pattern.compile(" answered 40[13]\\b");

    private volatile String note = "";
    private final String stream;
    private final InstantSource clock;
    private final Runnable unauthorized;

    /**
     * The source at one moment.
     *
     * @param source the one tried or connected last; null before the first try
     * @param connected whether it delivers
     * @param idle whether nobody wants the stream, so that nothing is tried
     * @param failed whether a try has failed since the last success
     * @param since when it was connected last; 1970 before the first time
     * @param lastError what went wrong last; null when nothing did
     */
    record Snapshot(@Nullable SourceInfo source, boolean connected, boolean idle, boolean failed, Instant since,
            @Nullable String lastError) {}

    /**
     * @param stream {@code ns/name}, for logs
     * @param clock wall clock
     * @param unauthorized runs when the source wants another user or password; quick
     */
    SourceState(String stream, InstantSource clock, Runnable unauthorized) {
        this.stream = stream;
        this.clock = clock;
        this.unauthorized = unauthorized;
    }

    Snapshot now() {
        return now;
    }

    /** Nobody wants the stream: its source is closed until somebody does. On the stream's event loop. */
    void idle() {
        now = new Snapshot(null, false, true, false, now.since(), null);
    }

    /** What of the source is not passed on as it is, one line for a person; empty when all is. */
    String note() {
        return note;
    }

    @Override
    public void noted(SourceInfo source, String text) {
        note = text;
    }

    @Override
    public void connecting(SourceInfo source) {
        note = "";
        Snapshot before = now;
        now = new Snapshot(source, false, false, before.failed(), before.since(), before.lastError());
    }

    @Override
    public void connected(SourceInfo source) {
        now = new Snapshot(source, true, false, false, clock.instant(), now.lastError());
    }

    @Override
    public void failed(SourceInfo source, String reason, Duration retryIn) {
        // A source that stays away is worth one line, not one a try.
        if (!reason.equals(now.lastError()) || now.connected()) {
            LOG.atWarn().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.SOURCE, source.remote())
                    .addKeyValue(LogKeys.REASON, reason).addKeyValue(LogKeys.MILLIS, retryIn.toMillis())
                    .log("Source failed");
        }
        now = new Snapshot(source, false, false, true, now.since(), reason);
        if (UNAUTHORIZED.matcher(reason).find()) {
            unauthorized.run();
        }
    }

    @Override
    public void ended(SourceInfo source, String reason) {
        now = new Snapshot(source, false, false, true, now.since(), reason);
    }
}
