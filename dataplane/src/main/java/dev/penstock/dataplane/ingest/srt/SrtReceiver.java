package dev.penstock.dataplane.ingest.srt;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;

/**
 * Reads the messages of one connection on the poller's thread and hands them, together, to an event loop. At most {@value #WINDOW}
 * bytes are on the way; what comes while the loop does not take them is dropped and counted, as SRT drops what comes too late.
 */
final class SrtReceiver {
    /** Most bytes handed on at once. */
    static final int MAX_BATCH = 64 * 1024;

    private static final int WINDOW = 4 << 20;

    private final SrtPoller poller;
    private final int socket;
    private final EventLoop loop;
    private final Consumer<ByteBuf> out;
    private final LongConsumer dropped;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicInteger onTheWay = new AtomicInteger();
    private long received;

    /**
     * @param out gets the messages, on the event loop; ownership passes
     * @param dropped hears how many bytes were dropped, on the event loop
     */
    SrtReceiver(SrtPoller poller, int socket, EventLoop loop, Consumer<ByteBuf> out, LongConsumer dropped) {
        this.poller = poller;
        this.socket = socket;
        this.loop = loop;
        this.out = out;
        this.dropped = dropped;
    }

    /** Bytes read so far. */
    long received() {
        return received;
    }

    /** Reads what is there; says why the connection is over when it is. */
    Optional<String> read() {
        MemorySegment scratch = poller.scratch();
        while (true) {
            int filled = 0;
            int message = 1;
            String over = null;
            while (message > 0 && filled + SrtLibrary.MAX_MESSAGE <= MAX_BATCH) {
                try {
                    message = poller.library().receive(socket, scratch.asSlice(filled));
                } catch (SrtException e) {
                    message = 0;
                    over = String.valueOf(e.getMessage());
                }
                filled += message;
            }
            received += filled;
            if (filled > 0) {
                hand(scratch.asSlice(0, filled), filled);
            }
            if (message == 0) {
                return Optional.ofNullable(over);
            }
        }
    }

    private void hand(MemorySegment messages, int bytes) {
        if (onTheWay.get() + bytes > WINDOW) {
            lost.addAndGet(bytes);
            return;
        }
        onTheWay.addAndGet(bytes);
        ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        copy.writeBytes(messages.asByteBuffer());
        try {
            loop.execute(() -> {
                onTheWay.addAndGet(-bytes);
                long missing = lost.getAndSet(0);
                if (missing > 0) {
                    dropped.accept(missing);
                }
                out.accept(copy);
            });
        } catch (RejectedExecutionException e) {
            copy.release();
        }
    }
}
