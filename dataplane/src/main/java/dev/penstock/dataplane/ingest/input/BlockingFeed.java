package dev.penstock.dataplane.ingest.input;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/**
 * The way of bytes from a thread that blocks in reading to the event loop. Bounded: the reader waits while
 * {@link InputSettings#window} buffers are on their way, and so the program or file behind it waits too.
 */
public final class BlockingFeed {
    private final EventLoop loop;
    private final Receiver receiver;
    private final Semaphore room;
    private final Runnable waited;
    private volatile boolean closed;

    /** Takes buffers on the event loop. */
    public interface Receiver {
        /**
         * A buffer arrives.
         *
         * @param bytes ownership passes to this call
         * @param done to be called once, on the event loop, when there is room for another
         */
        void accept(ByteBuf bytes, Runnable done);
    }

    /** A feed whose buffers go straight to an input's events. */
    public BlockingFeed(InputSettings settings, InputEvents events) {
        this(settings, (bytes, done) -> {
            done.run();
            events.bytes(bytes);
        });
    }

    /** A feed whose receiver decides when there is room again. */
    public BlockingFeed(InputSettings settings, Receiver receiver) {
        this.loop = settings.loop();
        this.receiver = receiver;
        this.room = new Semaphore(settings.window());
        this.waited = settings.waited();
    }

    /**
     * Sends a buffer; called on the reading thread, waits for room.
     *
     * @param bytes ownership passes to this call
     * @return false when the feed is closed: stop reading
     * @throws InterruptedException when the reader is told to stop while it waits; the buffer is released
     */
    public boolean send(ByteBuf bytes) throws InterruptedException {
        boolean sent = false;
        try {
            if (!room.tryAcquire()) {
                waited.run();
                room.acquire();
            }
            sent = run(() -> {
                if (closed) {
                    bytes.release();
                } else {
                    receiver.accept(bytes, room::release);
                }
            });
        } finally {
            if (!sent) {
                bytes.release();
            }
        }
        return sent;
    }

    /** Runs something on the event loop behind all buffers sent so far, unless the feed is closed by then. */
    public boolean then(Runnable action) {
        return run(() -> {
            if (!closed) {
                action.run();
            }
        });
    }

    /** True once closed. Any thread. */
    public boolean closed() {
        return closed;
    }

    /** Ends the feed: buffers on their way are released. Event loop. */
    public void close() {
        closed = true;
        room.release(1 << 20);
    }

    private boolean run(Runnable action) {
        if (closed) {
            return false;
        }
        try {
            loop.execute(action);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
