package dev.penstock.dataplane.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who wants a stream. It is wanted while somebody holds a lease (a viewer, a recording), and for a while after the last lease
 * or request. Nothing runs while nobody wants it.
 *
 * <p>{@link #acquire}, {@link #touch}, {@link #wanted} and {@link Lease#close} may be called by any thread; listeners belong to
 * the hub's event loop.
 */
public final class Demand {
    /** For how long a stream is wanted after the last lease or request, unless a listener says otherwise. */
    public static final Duration LINGER = Duration.ofSeconds(30);
    private static final long NEVER = Long.MAX_VALUE;
    /** Requests closer together than this count as one, so that many threads do not write the same word. */
    private static final long TOUCH_NANOS = 100_000_000;

    private final EventExecutor loop;
    private final AtomicInteger leases = new AtomicInteger();
    private final AtomicLong lastNanos = new AtomicLong();
    private final AtomicBoolean touched = new AtomicBoolean();
    /** Whether all listeners were told that the stream is wanted, or are about to be. */
    private final AtomicBoolean told = new AtomicBoolean();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Demand> branches = new ArrayList<>();
    private @Nullable ScheduledFuture<?> timer;
    private boolean settling;

    /** Wants the stream until it is closed; closing it again does nothing. Any thread. */
    public interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Watcher {
        private final long lingerNanos;
        private final Consumer<Boolean> listener;
        private boolean wanted;

        Watcher(long lingerNanos, Consumer<Boolean> listener) {
            this.lingerNanos = lingerNanos;
            this.listener = listener;
        }

        void tell(boolean now) {
            if (wanted != now) {
                wanted = now;
                listener.accept(now);
            }
        }
    }

    /** Nobody wants it yet. */
    Demand(EventExecutor loop) {
        this.loop = loop;
    }

    /** Wants the stream until the lease is closed. */
    public Lease acquire() {
        leases.incrementAndGet();
        wake();
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                release();
            }
        };
    }

    /** Somebody asked for something of the stream just now, and may come again. */
    public void touch() {
        long now = loop.ticker().nanoTime();
        if (!touched.get() || now - lastNanos.get() > TOUCH_NANOS) {
            lastNanos.set(now);
            touched.set(true);
        }
        wake();
    }

    /** Whether somebody holds a lease, or did or asked within {@link #LINGER}. */
    public boolean wanted() {
        return idleNanos() < LINGER.toNanos();
    }

    /** Leases that are held. */
    public int leases() {
        return leases.get();
    }

    /**
     * Adds a listener, on the hub's event loop.
     *
     * @param linger for how long the stream counts as wanted after the last lease or request; more than zero
     * @param listener hears on the hub's event loop of each change, first, and during this call, that the stream is wanted when it
     *     is
     */
    public void onChange(Duration linger, Consumer<Boolean> listener) {
        watchers.add(new Watcher(linger.toNanos(), listener));
        settle();
    }

    /**
     * Who wants something that is made of the stream only on demand: the stream is wanted while that is. On the hub's event loop.
     */
    public Demand branch() {
        Demand branch = new Demand(loop);
        branches.add(branch);
        Lease[] held = new Lease[1];
        branch.onChange(now -> {
            if (now) {
                held[0] = acquire();
            } else {
                held[0].close();
            }
        });
        return branch;
    }

    /** Adds a listener that waits for {@link #LINGER}. */
    public void onChange(Consumer<Boolean> listener) {
        onChange(LINGER, listener);
    }

    /** Removes a listener, on the hub's event loop; nothing happens when it is not there. */
    public void forget(Consumer<Boolean> listener) {
        watchers.removeIf(w -> w.listener.equals(listener));
    }

    /** The stream is gone: nobody is told anything more. */
    void end() {
        branches.forEach(Demand::end);
        watchers.clear();
        settle();
    }

    private void release() {
        lastNanos.set(loop.ticker().nanoTime());
        touched.set(true);
        if (leases.decrementAndGet() == 0) {
            post();
        }
    }

    private void wake() {
        if (!told.get() && told.compareAndSet(false, true)) {
            post();
        }
    }

    private void post() {
        if (loop.inEventLoop() && !settling) {
            settle();
            return;
        }
        try {
            loop.execute(this::settle);
        } catch (RejectedExecutionException e) {
            // The loop is shut down, and the stream with it.
            return;
        }
    }

    private long idleNanos() {
        if (leases.get() > 0) {
            return 0;
        }
        return touched.get() ? Math.max(0, loop.ticker().nanoTime() - lastNanos.get()) : NEVER;
    }

    /** Tells listeners how it is, and comes back when that changes by itself. */
    private void settle() {
        settling = true;
        long idle = idleNanos();
        long next = NEVER;
        boolean all = true;
        for (Watcher watcher : List.copyOf(watchers)) {
            boolean wanted = idle < watcher.lingerNanos;
            all &= wanted;
            next = wanted ? Math.min(next, watcher.lingerNanos - idle) : next;
            watcher.tell(wanted);
        }
        settling = false;
        if (!all || watchers.isEmpty()) {
            told.set(false);
            if (!watchers.isEmpty() && idleNanos() < idle) {
                // Somebody came since, and saw that all had been told.
                wake();
            }
        }
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        if (next != NEVER && leases.get() == 0) {
            timer = loop.schedule(this::settle, next, TimeUnit.NANOSECONDS);
        }
    }
}
