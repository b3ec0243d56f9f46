package dev.penstock.dataplane.ingest.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.BlockingFeed;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;

/**
 * Reads a FIFO as it comes. Its writer may leave: the next one goes on. A thread of its own reads, not a virtual one: opening
 * and reading a FIFO block in the kernel, for hours, and would hold a carrier thread.
 */
public final class FifoInput implements Input {
    private final SourceUrl url;
    private final InputSettings settings;
    private final InputEvents events;
    private final BlockingFeed feed;
    private @Nullable Thread reader;

    /**
     * @param url whose path is the FIFO's
     */
    public FifoInput(SourceUrl url, InputSettings settings, InputEvents events) {
        this.url = url;
        this.settings = settings;
        this.events = events;
        this.feed = new BlockingFeed(settings, events);
    }

    @Override
    public void start() {
        events.restarted("no writer yet", true);
        reader = Thread.ofPlatform().daemon().name("penstock-fifo").start(this::read);
    }

    /**
     * Stops the reader wherever it is: the interrupt ends a read; a blocked open returns because somebody opens the other end,
     * which stays open until the reader has gone.
     */
    @Override
    public void close() {
        feed.close();
        Thread running = reader;
        reader = null;
        if (running == null) {
            return;
        }
        running.interrupt();
        Thread.ofVirtual().name("penstock-fifo-close").start(() -> letGo(running));
    }

    private void letGo(Thread running) {
        try {
            FileChannel other = FileChannel.open(Path.of(url.path()), StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                running.join();
            } finally {
                other.close();
            }
        } catch (IOException e) {
            // The FIFO is gone, and so is everybody who could wait for it.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            while (!feed.closed()) {
                readWriter();
                feed.then(() -> events.restarted("writer left", true));
            }
        } catch (ClosedByInterruptException e) {
            return;
        } catch (IOException e) {
            feed.then(() -> events.ended(url.remote() + ": " + Reasons.of(e), false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a writer and reads until the last writer has left. */
    private void readWriter() throws IOException, InterruptedException {
        try (FileChannel fifo = FileChannel.open(Path.of(url.path()), StandardOpenOption.READ)) {
            while (true) {
                ByteBuf bytes = PooledByteBufAllocator.DEFAULT.buffer(settings.bufferBytes());
                int read;
                try {
                    read = fifo.read(bytes.internalNioBuffer(0, settings.bufferBytes()));
                } catch (IOException e) {
                    bytes.release();
                    throw e;
                }
                if (read <= 0) {
                    bytes.release();
                    return;
                }
                if (!feed.send(bytes.writerIndex(read))) {
                    return;
                }
            }
        }
    }
}
