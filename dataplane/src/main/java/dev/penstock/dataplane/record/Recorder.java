package dev.penstock.dataplane.record;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.record.spool.SpoolSession;
import dev.penstock.dataplane.segment.Segment;
import dev.penstock.dataplane.segment.SegmentListener;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * Records one stream for one Recording. Give it to the stream's segmenter as a listener: it never blocks the event loop.
 *
 * <p>Segments go through a queue of {@value #QUEUE_SEGMENTS} to the recorder's own virtual thread, which keeps them in the
 * spool and has them uploaded. When the queue is full a segment is dropped, counted and listed as a gap.
 *
 * <p>{@link #stop} ends the recording; {@link #close} only ends this process's part in it: the next process finds the spool
 * and goes on.
 */
public final class Recorder implements SegmentListener, AutoCloseable {
    /** Segments that wait for the disk at most. */
    public static final int QUEUE_SEGMENTS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final RecorderConfig config;
    private final LinkedBlockingQueue<Message> mailbox = new LinkedBlockingQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicBoolean afterDrops = new AtomicBoolean();
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final RecorderLoop loop;
    private final Thread thread;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private String failure = "";
    private volatile boolean closed;
    private volatile RecorderStatus status;

    /** Touches nothing yet. */
    public Recorder(RecorderConfig config, RecorderContext context) {
        this.config = config;
        this.loop = new RecorderLoop(config, context, workers, mailbox::add);
        this.status = loop.status();
        this.thread = Thread.ofVirtual().name("recorder " + config.identity().label()).unstarted(this::run);
    }

    /** Begins: finds what an earlier process left, uploads it, and records what comes. Call once. */
    public void start() {
        thread.start();
    }

    /** What is recorded. */
    public RecorderConfig.Identity identity() {
        return config.identity();
    }

    /** The configuration. */
    public RecorderConfig config() {
        return config;
    }

    /** The present state, at most a second old; from any thread. */
    public RecorderStatus status() {
        return status;
    }

    /** Sessions in the spool, oldest first; from any thread. */
    List<SpoolSession> sessions() {
        return loop.sessions();
    }

    @Override
    public void finished(Segment segment) {
        if (closed) {
            return;
        }
        if (queued.incrementAndGet() > QUEUE_SEGMENTS) {
            queued.decrementAndGet();
            dropped.incrementAndGet();
            afterDrops.set(true);
            return;
        }
        mailbox.add(new Message.Arrived(segment.retain(), afterDrops.getAndSet(false)));
    }

    @Override
    public void ended() {
        mailbox.add(new Message.StreamEnded());
    }

    /**
     * Ends the recording: what is queued is kept, the session ends, everything is uploaded, however long that takes.
     *
     * @return completes when all is in the store, or with {@link #close}
     */
    public CompletableFuture<Void> stop() {
        mailbox.add(new Message.Stop());
        return done;
    }

    /**
     * Leaves the recording to another pod: what is queued is kept, the session stays open, all segments that are here are
     * uploaded, however long that takes, and the spool is cleared of them. Take the recorder off the stream before.
     *
     * @return completes when all is in the store, or with {@link #close}
     */
    public CompletableFuture<Void> leave() {
        mailbox.add(new Message.Leave());
        return done;
    }

    /**
     * Stops at once, without ending the session: what is spooled waits for the next process. Take the recorder off the
     * stream before. Returns when the recorder's thread has ended; uploads under way are given up.
     */
    @Override
    public void close() {
        closed = true;
        loop.cancelWait();
        mailbox.add(new Message.StreamEnded());
        boolean interrupted = false;
        while (thread.getState() != Thread.State.NEW) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        workers.shutdownNow();
        releaseQueued();
        done.complete(null);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long pause = 0;
        guarded(loop::recover);
        while (!closed && !loop.finished()) {
            try {
                Message message = mailbox.poll(pause, TimeUnit.NANOSECONDS);
                while (message != null && !closed) {
                    take(message);
                    message = mailbox.poll();
                }
                if (message instanceof Message.Arrived arrived) {
                    arrived.segment().release();
                }
            } catch (InterruptedException e) {
                closed = true;
            }
            if (!closed) {
                pause = tick();
            }
            status = loop.status();
        }
        closed = true;
        status = loop.status();
        loop.close();
        releaseQueued();
        done.complete(null);
    }

    private void take(Message message) {
        int lost = dropped.getAndSet(0);
        loop.dropped(lost);
        if (message instanceof Message.Arrived) {
            queued.decrementAndGet();
        }
        guarded(() -> loop.handle(message));
        status = loop.status();
    }

    private long tick() {
        long[] pause = {TimeUnit.SECONDS.toNanos(1)};
        guarded(() -> pause[0] = loop.tick());
        return pause[0];
    }

    private interface Step {
        void run() throws IOException;
    }

    /** One step that fails must not end the recorder. The same failure is logged once, though it may come every second. */
    private void guarded(Step step) {
        try {
            step.run();
            failure = "";
        } catch (IOException | RuntimeException e) {
            if (failure.equals(e.toString())) {
                return;
            }
            failure = e.toString();
            LOG.atError().addKeyValue(LogKeys.RECORDING, config.identity().label()).setCause(e)
                    .log("Recorder step failed");
        }
    }

    private void releaseQueued() {
        for (Message message = mailbox.poll(); message != null; message = mailbox.poll()) {
            if (message instanceof Message.Arrived arrived) {
                arrived.segment().release();
            }
        }
    }
}
