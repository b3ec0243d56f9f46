package dev.penstock.dataplane.ingest;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Paces the connects of a process, so that a thousand cameras that come back at once are not all called in the same millisecond: at
 * most so many connects are under way with one host, and all of them together begin at most at a rate, with jitter. Hosts take
 * turns; who waits for the same host is served in the order of coming. Any thread.
 */
public final class ConnectGate {
    /** How far grants may fall behind the rate and catch up: timers are not exact. */
    private static final long CATCH_UP_NANOS = 20_000_000;

    private final Limits limits;
    private final Ticker ticker;
    private final RandomGenerator random;
    private final long intervalNanos;
    private final Map<String, Host> hosts = new HashMap<>();
    private final Deque<Host> ready = new ArrayDeque<>();
    private long nextNanos;
    private int waiting;
    private boolean timer;

    /**
     * How connects are paced.
     *
     * @param perHost connects under way with one host at most
     * @param perSecond connects that begin within a second, on average at most
     * @param slot a connect counts as under way for so long at most, so that hosts that never answer do not keep others out
     */
    public record Limits(int perHost, int perSecond, Duration slot) {
        /** The usual: 1,000 sources are called within four seconds. */
        public static final Limits DEFAULTS = new Limits(32, 250, Duration.ofSeconds(2));
    }

    private static final class Host {
        private final String name;
        private final Deque<Ticket> queue = new ArrayDeque<>();
        private int underWay;
        private boolean listed;

        Host(String name) {
            this.name = name;
        }
    }

    /** A place in the queue, then a connect under way. Given back once; harmless when repeated. */
    public final class Ticket {
        private final String host;
        private final EventExecutor executor;
        private final Runnable go;
        private boolean granted;
        private boolean over;

        private Ticket(String host, EventExecutor executor, Runnable go) {
            this.host = host;
            this.executor = executor;
            this.go = go;
        }

        /** The connect has come to an end, good or bad, or is not wanted any more. */
        public void release() {
            List<Ticket> next;
            synchronized (ConnectGate.this) {
                if (over) {
                    return;
                }
                over = true;
                next = leave(this);
            }
            next.forEach(ConnectGate.this::start);
        }
    }

    /**
     * @param ticker clock of the rate
     * @param random draws the jitter; safe for use by many threads
     */
    public ConnectGate(Limits limits, Ticker ticker, RandomGenerator random) {
        this.limits = limits;
        this.ticker = ticker;
        this.random = random;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / limits.perSecond();
        this.nextNanos = ticker.nanoTime();
    }

    /** A gate with the usual limits. */
    public static ConnectGate usual(RandomGenerator random) {
        return new ConnectGate(Limits.DEFAULTS, Ticker.systemTicker(), random);
    }

    /**
     * Asks to connect.
     *
     * @param host whom the connect goes to
     * @param executor where the connect is begun; its timers use the gate's clock
     * @param go begins the connect: during this call when that is on the executor and nobody is ahead, else later
     */
    public Ticket enter(String host, EventExecutor executor, Runnable go) {
        Ticket ticket = new Ticket(host, executor, go);
        List<Ticket> next;
        synchronized (this) {
            Host of = hosts.computeIfAbsent(host, Host::new);
            of.queue.add(ticket);
            waiting++;
            list(of);
            next = pump();
        }
        next.forEach(this::start);
        return ticket;
    }

    /** Connects that wait for their turn. */
    public synchronized int waiting() {
        return waiting;
    }

    private void start(Ticket ticket) {
        ticket.executor.schedule(ticket::release, limits.slot().toNanos(), TimeUnit.NANOSECONDS);
        if (ticket.executor.inEventLoop()) {
            ticket.go.run();
        } else {
            ticket.executor.execute(ticket.go);
        }
    }

    private List<Ticket> leave(Ticket ticket) {
        Host host = hosts.get(ticket.host);
        if (host == null) {
            return List.of();
        }
        if (ticket.granted) {
            host.underWay--;
        } else if (host.queue.remove(ticket)) {
            waiting--;
        }
        list(host);
        if (host.queue.isEmpty() && host.underWay == 0) {
            hosts.remove(host.name);
        }
        return pump();
    }

    private void list(Host host) {
        if (!host.listed && !host.queue.isEmpty() && host.underWay < limits.perHost()) {
            host.listed = true;
            ready.add(host);
        }
    }

    /** Grants what is due; the rest gets a timer. */
    private List<Ticket> pump() {
        List<Ticket> granted = new ArrayList<>();
        long now = ticker.nanoTime();
        nextNanos = Math.max(nextNanos, now - CATCH_UP_NANOS);
        while (!ready.isEmpty() && nextNanos <= now) {
            Host host = ready.remove();
            host.listed = false;
            Ticket ticket = host.queue.poll();
            if (ticket != null && host.underWay < limits.perHost()) {
                waiting--;
                host.underWay++;
                ticket.granted = true;
                granted.add(ticket);
                // Half to one and a half of the interval: several pods do not fall into step.
                nextNanos += intervalNanos / 2 + random.nextLong(intervalNanos + 1);
            } else if (ticket != null) {
                host.queue.addFirst(ticket);
            }
            list(host);
        }
        Ticket first = timer ? null : first();
        if (first != null) {
            timer = true;
            first.executor.schedule(this::due, Math.max(1, nextNanos - now), TimeUnit.NANOSECONDS);
        }
        return granted;
    }

    private @Nullable Ticket first() {
        for (Host host : ready) {
            if (!host.queue.isEmpty()) {
                return host.queue.element();
            }
        }
        return null;
    }

    private void due() {
        List<Ticket> next;
        synchronized (this) {
            timer = false;
            next = pump();
        }
        next.forEach(this::start);
    }
}
