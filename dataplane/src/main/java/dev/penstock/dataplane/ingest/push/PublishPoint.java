package dev.penstock.dataplane.ingest.push;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.IngestMetrics;
import dev.penstock.dataplane.ingest.SourceListener;
import dev.penstock.dataplane.ingest.push.PublishVerdict.Reason;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Where the publishers of one stream meet: one is on the air, at most one more waits for its first key frame to take over. Keys were
 * checked before. One owner: the event loop; all is called there.
 */
public final class PublishPoint {
    private static final Logger LOG = LoggerFactory.getLogger(PublishPoint.class);

    private final String stream;
    private final EventLoop loop;
    private final Stage stage;
    private final SourceListener listener;
    private final IngestMetrics metrics;
    private PushConfig config;
    private @Nullable Publisher active;
    private @Nullable Publisher challenger;
    private @Nullable Future<?> window;
    private boolean onAir;
    private boolean stopped;

    /** What publishers play on. Called on the event loop. */
    public interface Stage {
        /** Where media goes, from the next begin on. */
        SampleSink sink();

        /** No publisher came back in time: the stream has ended. The next one begins it again, on another sink. */
        void ended();
    }

    /**
     * @param stream {@code ns/name}, for people
     * @param loop the stream's event loop
     * @param listener hears who publishes
     */
    public PublishPoint(String stream, PushConfig config, EventLoop loop, Stage stage, SourceListener listener,
            IngestMetrics metrics) {
        this.stream = stream;
        this.config = config;
        this.loop = loop;
        this.stage = stage;
        this.listener = listener;
        this.metrics = metrics;
    }

    /** Lets a publisher in whose key was found right, or says why not. */
    public PublishVerdict enter(PublishRequest request) {
        if (stopped) {
            return new PublishVerdict.Refused(Reason.NOT_FOUND, "stream " + stream + ": is not here any more");
        }
        if (config.offline()) {
            return new PublishVerdict.Refused(Reason.OFFLINE, "stream " + stream + " is off the air (spec.offline)");
        }
        Publisher first = active;
        if (first != null && first.isAlive()) {
            if (config.second() == PushConfig.Second.REFUSE) {
                return new PublishVerdict.Refused(Reason.BUSY, "stream " + stream
                        + ": another publisher is on the air (expected: one, see spec.source.push.secondPublisher)");
            }
            if (challenger != null) {
                challenger.revoke("replaced by another publisher");
            }
            challenger = new Publisher(this, request, config, true);
            return new PublishVerdict.Accepted(challenger);
        }
        Publisher next = new Publisher(this, request, config, false);
        if (first != null) {
            // Before the old one leaves, so that nobody who waits is promoted.
            active = next;
            first.revoke("silent, and replaced by another publisher");
            listener.ended(first.info(), "silent, and replaced by another publisher");
        }
        active = next;
        return new PublishVerdict.Accepted(next);
    }

    /** Other rules from now on; those who may not publish any more go. */
    public void configure(PushConfig now) {
        config = now;
        if (now.offline()) {
            revokeAll("the stream is off the air (spec.offline)");
            if (onAir) {
                windowOver();
            }
        }
    }

    /** Asks again whether those who publish may: their key may have been withdrawn. */
    public void recheck(Predicate<PublishRequest> may) {
        if (challenger != null && !may.test(challenger.request())) {
            challenger.revoke("its stream key is not valid any more");
        }
        if (active != null && !may.test(active.request())) {
            active.revoke("its stream key is not valid any more");
        }
    }

    /** The stage has another sink: what is on the air begins there. */
    public void rebind() {
        if (active != null) {
            active.begins("begun anew with other settings");
        }
    }

    /** Ends for good: publishers are told to go. Harmless when repeated. */
    public void stop(String reason) {
        stopped = true;
        revokeAll(reason);
        cancelWindow();
    }

    /** Whether a publisher is let in, with media or not yet. */
    public boolean isTaken() {
        return active != null;
    }

    private void revokeAll(String reason) {
        if (challenger != null) {
            challenger.revoke(reason);
        }
        if (active != null) {
            active.revoke(reason);
        }
    }

    String stream() {
        return stream;
    }

    EventLoop loop() {
        return loop;
    }

    IngestMetrics metrics() {
        return metrics;
    }

    SourceListener listener() {
        return listener;
    }

    /** The publisher on the air delivers; gives it the sink to begin. */
    SampleSink begun() {
        cancelWindow();
        onAir = true;
        return stage.sink();
    }

    /** The one that waited has a key frame. */
    void takesOver(Publisher publisher) {
        Publisher before = active;
        challenger = null;
        active = publisher;
        if (before != null) {
            before.revoke("replaced by another publisher");
        }
    }

    /** A publisher has gone; what it had begun has ended. */
    void left(Publisher publisher, String reason) {
        LOG.atInfo().addKeyValue(LogKeys.STREAM, stream).addKeyValue(LogKeys.SOURCE, publisher.info().remote())
                .addKeyValue(LogKeys.REASON, reason).log("Publisher left");
        if (publisher == challenger) {
            challenger = null;
            return;
        }
        if (publisher != active) {
            return;
        }
        listener.ended(publisher.info(), reason);
        active = challenger;
        challenger = null;
        if (active != null) {
            active.admitted();
        }
        if (onAir && !stopped && window == null) {
            window = loop.schedule(this::windowOver, config.reconnectWindow().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void windowOver() {
        cancelWindow();
        if (onAir) {
            onAir = false;
            LOG.atInfo().addKeyValue(LogKeys.STREAM, stream)
                    .addKeyValue(LogKeys.MILLIS, config.reconnectWindow().toMillis())
                    .log("Stream has ended: no publisher came back");
            stage.ended();
        }
    }

    private void cancelWindow() {
        if (window != null) {
            window.cancel(false);
            window = null;
        }
    }
}
