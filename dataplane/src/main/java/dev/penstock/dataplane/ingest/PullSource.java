package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.SourceInfo;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Pulls one stream: tries its sources until one delivers packets, reads it, and goes on to the next when it fails, stalls or ends.
 *
 * <p>One owner: the event loop given; {@link #start} and {@link #stop} are called there, and so are sink and listener.
 */
public final class PullSource {
    private static final Logger LOG = LoggerFactory.getLogger(PullSource.class);

    private final EventLoop loop;
    private final SampleSink sink;
    private final SourceListener listener;
    private final IngestMetrics metrics;
    private final IngestLimits limits;
    private final PullConfig config;
    private final List<InputFactory> factories = new ArrayList<>();
    private final IngestCounters counters = new IngestCounters();
    private final RetryPlanner planner;
    private final InputSettings settings;
    private @Nullable Attempt attempt;
    private @Nullable Future<?> retry;
    private boolean running;

    /**
     * @param config what to pull
     * @param loop the stream's event loop
     * @param sink gets the packets, on the event loop
     * @param random draws jitter and shuffled orders
     * @throws IllegalArgumentException for a source that can never work, with the field's path ({@code source.pull.urls[0].url}),
     *     the value without secrets and what is expected
     */
    public PullSource(PullConfig config, EventLoop loop, SampleSink sink, SourceListener listener,
            IngestMetrics metrics, IngestLimits limits, RandomGenerator random) {
        this.config = config;
        this.loop = loop;
        this.sink = sink;
        this.listener = listener;
        this.metrics = metrics;
        this.limits = limits;
        if (config.sources().isEmpty()) {
            throw new IllegalArgumentException("source.pull.urls: empty (expected: at least one)");
        }
        for (PullConfig.Source source : config.sources()) {
            int index = factories.size();
            factories.add(new InputFactory(source, "source.pull.urls[" + index + "]", index, config.confine()));
        }
        planner = new RetryPlanner(factories.size(), config.order(), limits, random);
        settings = new InputSettings(loop, config.connectTimeout(), limits.maxRedirects(), limits.maxHeaderBytes(),
                limits.window(), limits.bufferBytes(), limits.udpReceiveBytes(), limits.killAfter(), metrics::waited);
    }

    /** What was received so far. Any thread. */
    public IngestCounters counters() {
        return counters;
    }

    /** Begins to pull. Event loop; once. */
    public void start() {
        if (running) {
            throw new IllegalStateException("started already");
        }
        running = true;
        attempt(planner.first().index());
    }

    /** Stops for good: the sink hears the end of a source that delivers. Event loop; harmless when repeated. */
    public void stop() {
        running = false;
        if (retry != null) {
            retry.cancel(false);
        }
        if (attempt != null) {
            attempt.finish("stopped");
            attempt = null;
        }
    }

    private void attempt(int index) {
        InputFactory factory = factories.get(index);
        counters.tried();
        metrics.tried(factory.info().protocol());
        Attempt next = new Attempt(factory, settings, new Attempt.Owner() {
            @Override
            public boolean mayWait() {
                return factories.size() == 1;
            }

            @Override
            public void over(Attempt which, String reason, boolean forGood) {
                PullSource.this.over(which, reason, forGood);
            }
        }, config, new Delivery(sink, listener, counters, metrics, factory.info()));
        attempt = next;
        listener.connecting(factory.info());
        next.start();
    }

    private void over(Attempt which, String reason, boolean forGood) {
        if (which != attempt) {
            return;
        }
        attempt = null;
        SourceInfo info = which.info();
        boolean healthy = which.deliveredFor().compareTo(limits.healthyAfter()) >= 0;
        which.finish(reason);
        if (!running) {
            return;
        }
        if (forGood) {
            planner.drop(info.index());
        } else {
            counters.failed();
            metrics.failed(info.protocol());
        }
        Optional<RetryPlanner.Next> next = planner.after(info.index(), healthy || forGood);
        if (next.isEmpty()) {
            running = false;
            listener.ended(info, reason);
            return;
        }
        Duration delay = next.get().delay();
        LOG.atDebug().addKeyValue(LogKeys.SOURCE, info.remote()).addKeyValue(LogKeys.REASON, reason)
                .addKeyValue(LogKeys.MILLIS, delay.toMillis()).log("Source failed, next try scheduled");
        listener.failed(info, reason, delay);
        int index = next.get().index();
        retry = loop.schedule(() -> attempt(index), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
}
