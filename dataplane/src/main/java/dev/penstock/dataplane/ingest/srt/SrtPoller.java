package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that all SRT sockets of the process belong to: it looks every {@value #TICK_MILLIS} ms which of them have something
 * to tell, so that what came since the last look is handed on together. When nothing came for a second it looks every
 * {@value #QUIET_MILLIS} ms, and without sockets it sleeps.
 *
 * <p>It lives as long as the process. libsrt has to be ended before the JVM is: else it does so itself when the JVM is gone already, and
 * waits for ever for its receiver threads, which cannot leave a JVM that is gone. So a shutdown hook waits until all sockets are closed,
 * at most {@value #GRACE_SECONDS} s, and ends it.
 */
final class SrtPoller {
    /** Time between looks; it adds so much latency. */
    static final int TICK_MILLIS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(SrtPoller.class);
    private static final int SOCKETS_A_LOOK = 1024;
    private static final int QUIET_MILLIS = 50;
    private static final int SECOND_MILLIS = 1000;
    private static final int GRACE_SECONDS = 15;

    private final SrtLibrary library;
    private final int epoll;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Handler> handlers = new HashMap<>();
    private final MemorySegment events = Arena.global().allocate(SOCKETS_A_LOOK * (long) SrtLibrary.EVENT_BYTES, 8);
    private final MemorySegment scratch = Arena.global().allocate(SrtReceiver.MAX_BATCH, 8);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean ending;
    private volatile boolean endNow;
    private int sinceSecondMillis;
    private int quietMillis;

    /** Who has a socket. Called on the poller's thread. */
    interface Handler {
        /**
         * The socket has something to tell.
         *
         * @param events of {@link SrtLibrary#IN}, {@link SrtLibrary#OUT}, {@link SrtLibrary#ERR}
         */
        void ready(int events);

        /** About a second has passed. */
        void second();
    }

    /** The poller of this process, started at the first use. */
    private static final class Shared {
        private static final SrtPoller POLLER = start();

        private static SrtPoller start() {
            try {
                SrtPoller poller = new SrtPoller(SrtLibrary.get());
                Runtime.getRuntime().addShutdownHook(new Thread(poller::end, "srt-end"));
                return poller;
            } catch (SrtUnavailableException | SrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private SrtPoller(SrtLibrary library) throws SrtException {
        this.library = library;
        this.epoll = library.epoll();
        this.thread = Thread.ofPlatform().daemon().name("srt").start(this::run);
    }

    /**
     * The poller of this process.
     *
     * @throws SrtUnavailableException when there is no libsrt; the message names the package
     */
    static SrtPoller shared() throws SrtUnavailableException {
        SrtLibrary.get();
        return Shared.POLLER;
    }

    SrtLibrary library() {
        return library;
    }

    /** Memory for one batch of messages, used within one call. */
    MemorySegment scratch() {
        return scratch;
    }

    /** Does something on the poller's thread, soon. Any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    /** Watches a socket from now on, or watches it for other events. The poller's thread. */
    void watch(int socket, int interest, Handler handler) throws SrtException {
        boolean again = handlers.put(socket, handler) != null;
        library.watch(epoll, socket, interest, again);
    }

    /** Closes a socket; harmless when repeated. The poller's thread. */
    void close(int socket) {
        if (handlers.remove(socket) != null) {
            library.unwatch(epoll, socket);
        }
        library.close(socket);
    }

    private void end() {
        ending = true;
        LockSupport.unpark(thread);
        try {
            if (!ended.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
                endNow = true;
                ended.await(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        library.cleanUp();
    }

    private void run() {
        while (!endNow && !(ending && handlers.isEmpty() && tasks.isEmpty())) {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                guarded(task);
            }
            if (handlers.isEmpty()) {
                if (tasks.isEmpty() && !ending) {
                    LockSupport.park(this);
                }
                continue;
            }
            boolean found = look();
            if (sinceSecondMillis >= SECOND_MILLIS) {
                sinceSecondMillis = 0;
                Map.copyOf(handlers).values().forEach(handler -> guarded(handler::second));
            }
            int wait = quietMillis >= SECOND_MILLIS ? QUIET_MILLIS : TICK_MILLIS;
            quietMillis = found ? 0 : Math.min(SECOND_MILLIS, quietMillis + wait);
            sinceSecondMillis += wait;
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(wait));
        }
        ended.countDown();
    }

    private boolean look() {
        int ready = library.ready(epoll, events);
        for (int i = 0; i < ready; i++) {
            int socket = events.get(ValueLayout.JAVA_INT, (long) i * SrtLibrary.EVENT_BYTES);
            int told = events.get(ValueLayout.JAVA_INT, (long) i * SrtLibrary.EVENT_BYTES + Integer.BYTES);
            Handler handler = handlers.get(socket);
            if (handler != null) {
                guarded(() -> handler.ready(told));
            }
        }
        return ready > 0;
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("SRT connection not served");
        }
    }
}
