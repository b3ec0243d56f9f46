package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
 * By priority, a better source is tried beside the one that delivers, and taken at a key access unit once it has been healthy for a
 * while. With a warm standby, the next source is connected beside it too.
 *
 * <p>One owner: the event loop given; {@link #start} and {@link #stop} are called there, and so are sink and listener.
 */
public final class PullSource {
    private static final Logger LOG = LoggerFactory.getLogger(PullSource.class);

    /** What no proxy carries. */
    private static final Set<String> UNPROXIED = Set.of("udp", "srt", "unix", "file", "command");

    private final EventLoop loop;
    private final SampleSink sink;
    private final SourceListener listener;
    private final PullContext context;
    private final PullConfig config;
    private final List<? extends SourceFactory> factories;
    private final IngestCounters counters = new IngestCounters();
    private RetryPlanner planner;
    private final InputSettings settings;
    private final Aside better;
    private final Aside spare;
    private final Attempt.Owner owner = new Tries();
    private @Nullable Attempt attempt;
    private @Nullable Future<?> retry;
    private boolean running;

    /**
     * @param config what to pull
     * @param loop the stream's event loop
     * @param sink gets the packets, on the event loop
     * @throws IllegalArgumentException for a source that can never work, with the field's path ({@code source.pull.urls[0].url}),
     *     the value without secrets and what is expected
     */
    public PullSource(PullConfig config, EventLoop loop, SampleSink sink, SourceListener listener,
            PullContext context) {
        this(factories(config), config, loop, sink, listener, context);
    }

    PullSource(List<? extends SourceFactory> factories, PullConfig config, EventLoop loop, SampleSink sink,
            SourceListener listener, PullContext context) {
        this.config = config;
        this.loop = loop;
        this.sink = sink;
        this.listener = listener;
        this.context = context;
        this.factories = factories;
        IngestLimits limits = context.limits();
        planner = new RetryPlanner(factories.size(), config.order(), limits, context.random());
        settings = new InputSettings(loop, config.connectTimeout(), limits.maxRedirects(), limits.maxHeaderBytes(),
                limits.window(), limits.bufferBytes(), limits.udpReceiveBytes(), limits.killAfter(),
                context.metrics()::waited, config.proxy());
        better = new Aside(loop, context, this::aside);
        spare = new Aside(loop, context, this::aside);
    }

    private static List<InputFactory> factories(PullConfig config) {
        if (config.sources().isEmpty()) {
            throw new IllegalArgumentException("source.pull.urls: empty (expected: at least one)");
        }
        List<InputFactory> factories = new ArrayList<>();
        for (PullConfig.Source source : config.sources()) {
            int index = factories.size();
            InputFactory factory = new InputFactory(source, "source.pull.urls[" + index + "]", index, config.confine());
            if (config.proxy() != null && UNPROXIED.contains(factory.info().protocol())) {
                throw new IllegalArgumentException("source.pull.proxy: " + config.proxy() + " with "
                        + factory.info().remote() + " (expected: no proxy, or only urls of protocols over TCP)");
            }
            factories.add(factory);
        }
        return List.copyOf(factories);
    }

    /** What was received so far. Any thread. */
    public IngestCounters counters() {
        return counters;
    }

    /** Begins to pull. Event loop; again only after a {@link #stop}. */
    public void start() {
        if (running) {
            throw new IllegalStateException("started already");
        }
        running = true;
        planner = new RetryPlanner(factories.size(), config.order(), context.limits(), context.random());
        attempt(planner.first().index());
    }

    /** Stops: the sink hears the end of a source that delivers. Event loop; harmless when repeated. */
    public void stop() {
        running = false;
        if (retry != null) {
            retry.cancel(false);
        }
        better.stop();
        spare.stop();
        if (attempt != null) {
            attempt.finish("stopped");
            attempt = null;
        }
    }

    private void attempt(int index) {
        Attempt next = open(index);
        attempt = next;
        listener.connecting(factories.get(index).info());
        next.start();
    }

    private Attempt open(int index) {
        SourceFactory factory = factories.get(index);
        counters.tried();
        context.metrics().tried(factory.info().protocol());
        return new Attempt(factory, settings, owner, config,
                new Delivery(sink, listener, counters, context.metrics(), factory.info()), context.gate());
    }

    private Attempt aside(int index) {
        Attempt opened = open(index);
        opened.standAside("beside another source");
        return opened;
    }

    /** Sets up what is connected beside the source that delivers. */
    private void follow(int index) {
        better.follow(better(index));
        spare.follow(spares(index));
    }

    private List<Integer> better(int index) {
        return config.order() == PullConfig.Order.PRIORITY
                ? planner.left().stream().filter(i -> i < index).toList()
                : List.of();
    }

    private List<Integer> spares(int index) {
        if (!config.failover().warmStandby()) {
            return List.of();
        }
        List<Integer> next = new ArrayList<>(planner.left().stream().filter(i -> i > index).toList());
        if (config.order() != PullConfig.Order.PRIORITY) {
            next.addAll(planner.left().stream().filter(i -> i < index).toList());
        }
        return next;
    }

    private void over(Attempt which, String reason, boolean forGood) {
        if (forGood) {
            planner.drop(which.info().index());
        } else {
            counters.failed();
            context.metrics().failed(which.info().protocol());
        }
        if (better.has(which)) {
            better.over(reason, forGood);
        } else if (spare.has(which)) {
            spare.over(reason, forGood);
        } else if (which == attempt) {
            lost(which, reason, forGood);
        }
    }

    /** The source in use is lost: one beside it takes over at once, else the next is tried. */
    private void lost(Attempt which, String reason, boolean forGood) {
        attempt = null;
        SourceInfo info = which.info();
        boolean healthy = which.deliveredFor().compareTo(context.limits().healthyAfter()) >= 0;
        which.finish(reason);
        if (!running) {
            return;
        }
        Optional<Attempt> warm = better.take().or(spare::take);
        if (warm.isPresent()) {
            listener.failed(info, reason, Duration.ZERO);
            use(warm.get());
            return;
        }
        better.stop();
        spare.stop();
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

    private void use(Attempt warm) {
        attempt = warm;
        warm.goLive();
        follow(warm.info().index());
    }

    /** Goes back to a better source, which has been healthy for long enough and is at a key access unit. */
    private void goBack() {
        Attempt before = attempt;
        Attempt next = better.take().orElse(null);
        if (before == null || next == null) {
            return;
        }
        String reason = "back to " + next.info().remote();
        int index = next.info().index();
        attempt = next;
        if (config.failover().warmStandby()) {
            before.standAside(reason);
            spare.adopt(before, spares(index));
        } else {
            before.finish(reason);
        }
        use(next);
    }

    private final class Tries implements Attempt.Owner {
        @Override
        public boolean mayWait() {
            return factories.size() == 1;
        }

        @Override
        public void over(Attempt which, String reason, boolean forGood) {
            PullSource.this.over(which, reason, forGood);
        }

        @Override
        public void delivers(Attempt which) {
            if (which == attempt) {
                follow(which.info().index());
            }
        }

        @Override
        public void key(Attempt which) {
            if (better.has(which) && which.deliveredFor().compareTo(config.failover().failBackAfter()) >= 0) {
                goBack();
            }
        }
    }
}
