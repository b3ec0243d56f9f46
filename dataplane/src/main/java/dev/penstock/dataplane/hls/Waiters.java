package dev.penstock.dataplane.hls;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.http.Exchange;

/**
 * Requests that wait for what a stream does not list yet. A change of the stream is one task for each event loop that has
 * waiting connections, however many they are. At most {@link #MAX} wait at a time; one whose client leaves is forgotten.
 *
 * <p>{@link #changed} may be called by any thread; {@link #await} on the event loop of its exchange.
 */
final class Waiters {
    /** Requests that may wait at a time. */
    static final int MAX = 2000;

    private final Supplier<Snapshot> now;
    private final Supplier<Runnable> want;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();

    /**
     * @param now what is listed now
     * @param want wants the stream until the result is run
     */
    Waiters(Supplier<Snapshot> now, Supplier<Runnable> want) {
        this.now = now;
        this.want = want;
    }

    /**
     * A request that waits.
     *
     * @param exchange the request
     * @param ready whether it can be answered from a snapshot; cheap
     * @param answer answers it, on its event loop
     * @param late answers it when its time is over, likewise
     * @param nanos for how long it waits at most
     */
    record Waiting(Exchange exchange, Predicate<Snapshot> ready, Consumer<Snapshot> answer, Runnable late,
            long nanos) {}

    /**
     * Waits.
     *
     * @return false when too many wait already: the request is the caller's to answer
     */
    boolean await(Waiting request) {
        if (waiting.incrementAndGet() > MAX) {
            waiting.decrementAndGet();
            return false;
        }
        loops.computeIfAbsent(request.exchange().eventLoop(), Loop::new).add(request);
        return true;
    }

    /** How many wait. */
    int size() {
        return waiting.get();
    }

    /** What is listed has changed: answers who waited for that. */
    void changed() {
        if (waiting.get() > 0) {
            loops.values().forEach(Loop::wake);
        }
    }

    /** One request in a loop's list: told apart by identity, unlike two records. */
    private static final class Entry {
        private final Waiting request;
        private final long deadline;

        Entry(Waiting request, long deadline) {
            this.request = request;
            this.deadline = deadline;
        }
    }

    /** The waiting requests of one event loop, which alone touches the list. */
    private final class Loop {
        private final EventLoop loop;
        private final Set<Entry> entries = new LinkedHashSet<>();
        private final AtomicInteger size = new AtomicInteger();
        private final AtomicBoolean woken = new AtomicBoolean();
        private @Nullable Runnable lease;
        private @Nullable ScheduledFuture<?> timer;
        private long timerAt;

        Loop(EventLoop loop) {
            this.loop = loop;
        }

        void add(Waiting request) {
            Entry entry = new Entry(request, loop.ticker().nanoTime() + request.nanos());
            entries.add(entry);
            size.set(entries.size());
            if (lease == null) {
                lease = want.get();
            }
            request.exchange().onClose(() -> remove(entry));
            // The change may have come before this list was looked at.
            Snapshot snapshot = now.get();
            if (request.ready().test(snapshot)) {
                if (remove(entry)) {
                    request.answer().accept(snapshot);
                }
            } else {
                schedule(entry.deadline);
            }
        }

        boolean remove(Entry entry) {
            if (!entries.remove(entry)) {
                return false;
            }
            size.set(entries.size());
            waiting.decrementAndGet();
            if (entries.isEmpty() && lease != null) {
                lease.run();
                lease = null;
            }
            return true;
        }

        void wake() {
            if (size.get() > 0 && woken.compareAndSet(false, true)) {
                try {
                    loop.execute(this::answer);
                } catch (RejectedExecutionException e) {
                    // The loop is shut down, and its connections with it.
                    waiting.addAndGet(-size.getAndSet(0));
                }
            }
        }

        private void answer() {
            woken.set(false);
            Snapshot snapshot = now.get();
            for (Entry entry : take(e -> e.request.ready().test(snapshot))) {
                entry.request.answer().accept(snapshot);
            }
        }

        private List<Entry> take(Predicate<Entry> which) {
            List<Entry> taken = new ArrayList<>();
            for (Iterator<Entry> i = entries.iterator(); i.hasNext();) {
                Entry entry = i.next();
                if (which.test(entry)) {
                    taken.add(entry);
                }
            }
            taken.forEach(this::remove);
            return taken;
        }

        private void schedule(long deadline) {
            if (timer != null && !timer.isDone()) {
                if (timerAt - deadline <= 0) {
                    return;
                }
                timer.cancel(false);
            }
            timerAt = deadline;
            timer = loop.schedule(this::expire, Math.max(0, deadline - loop.ticker().nanoTime()), TimeUnit.NANOSECONDS);
        }

        private void expire() {
            long time = loop.ticker().nanoTime();
            timer = null;
            for (Entry entry : take(e -> e.deadline - time <= 0)) {
                entry.request.late().run();
            }
            entries.stream().mapToLong(e -> e.deadline).reduce((a, b) -> a - b <= 0 ? a : b).ifPresent(this::schedule);
        }
    }
}
