package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * A source that is connected beside the one that delivers, out of a list, best first: the first that can be reached. Its media is
 * kept from the newest key access unit on. When it fails, the list is gone through again, with growing waits between rounds. One
 * owner: the event loop.
 */
final class Aside {
    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

    private final EventLoop loop;
    private final IngestLimits limits;
    private final RandomGenerator random;
    private final IntFunction<Attempt> open;
    private List<Integer> candidates = List.of();
    private @Nullable RetryPlanner planner;
    private @Nullable Attempt attempt;
    private @Nullable Future<?> retry;

    /**
     * @param open makes an attempt of the source at an index, which stands aside; not started
     */
    Aside(EventLoop loop, PullContext context, IntFunction<Attempt> open) {
        this.loop = loop;
        this.limits = context.limits();
        this.random = context.random();
        this.open = open;
    }

    /** Keeps one of these connected, best first. Nothing changes when they are the same as before. */
    void follow(List<Integer> indices) {
        if (!candidates.equals(indices)) {
            stop();
            plan(indices);
            if (planner != null) {
                attempt(planner.first());
            }
        }
    }

    /** Keeps one of these connected; at first the one given, which is connected and stands aside already. */
    void adopt(Attempt connected, List<Integer> indices) {
        stop();
        plan(indices);
        attempt = connected;
    }

    private void plan(List<Integer> indices) {
        candidates = List.copyOf(indices);
        planner = indices.isEmpty()
                ? null
                : new RetryPlanner(indices.size(), PullConfig.Order.PRIORITY, limits, random);
    }

    boolean has(Attempt which) {
        return which == attempt;
    }

    /** The source, when it delivers: it is the caller's from now on. */
    Optional<Attempt> take() {
        Attempt found = attempt;
        if (found == null || !found.delivers()) {
            return Optional.empty();
        }
        attempt = null;
        stop();
        return Optional.of(found);
    }

    /** The source failed or ended; another one follows. */
    void over(String reason, boolean forGood) {
        Attempt failed = attempt;
        RetryPlanner next = planner;
        if (failed == null || next == null) {
            return;
        }
        attempt = null;
        boolean healthy = failed.deliveredFor().compareTo(limits.healthyAfter()) >= 0;
        failed.finish(reason);
        LOG.atDebug().addKeyValue(LogKeys.SOURCE, failed.info().remote()).addKeyValue(LogKeys.REASON, reason)
                .log("Source beside the one in use failed");
        int position = candidates.indexOf(failed.info().index());
        if (forGood) {
            next.drop(position);
        }
        next.after(position, healthy || forGood).ifPresent(this::attempt);
    }

    private void attempt(RetryPlanner.Next next) {
        Duration delay = next.delay();
        int index = candidates.get(next.index());
        if (delay.isZero()) {
            begin(index);
        } else {
            retry = loop.schedule(() -> begin(index), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void begin(int index) {
        Attempt next = open.apply(index);
        attempt = next;
        next.start();
    }

    /** Nothing is connected beside any more; harmless when repeated. */
    void stop() {
        candidates = List.of();
        planner = null;
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
        Attempt gone = attempt;
        attempt = null;
        if (gone != null) {
            gone.finish("not needed any more");
        }
    }
}
