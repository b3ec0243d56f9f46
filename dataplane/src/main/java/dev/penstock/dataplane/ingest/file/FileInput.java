package dev.penstock.dataplane.ingest.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.BlockingFeed;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.PacedQueue;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.ts.TsSynchronizer;

/**
 * Plays a regular file at the speed of its PCR, once or in a loop. A virtual thread reads ahead, at most the settings' window of
 * buffers; the event loop, which owns all else, lets packets go when they are due.
 */
public final class FileInput implements Input {
    /** A machine that was busy for longer plays on from there. */
    private static final Duration MAX_BEHIND = Duration.ofSeconds(5);

    private final SourceUrl url;
    private final boolean loop;
    private final InputSettings settings;
    private final InputEvents events;
    private final BlockingFeed feed;
    private final PacedQueue queue;
    private final TsSynchronizer synchronizer;
    private @Nullable Thread reader;
    private long packetsInPass;

    /**
     * @param url whose path is the file's
     * @param loop start again at the end
     */
    public FileInput(SourceUrl url, boolean loop, InputSettings settings, InputEvents events) {
        this.url = url;
        this.loop = loop;
        this.settings = settings;
        this.events = events;
        this.feed = new BlockingFeed(settings, this::arrived);
        this.queue = new PacedQueue(settings.loop(), MAX_BEHIND, events::bytes,
                () -> events.ended(url.remote() + ": no PCR in the first MiB to pace it by", true));
        this.synchronizer = new TsSynchronizer(new TsSynchronizer.Output() {
            @Override
            public void packets(ByteBuf packets) {
                packetsInPass++;
                queue.packets(packets);
            }

            @Override
            public void skipped(long bytes) {
                queue.then(() -> events.skipped(bytes));
            }
        });
    }

    @Override
    public void start() {
        reader = Thread.ofVirtual().name("penstock-file").start(this::read);
    }

    @Override
    public void close() {
        feed.close();
        if (reader != null) {
            reader.interrupt();
        }
        synchronizer.reset();
        queue.close();
    }

    private void read() {
        try (FileChannel file = FileChannel.open(Path.of(url.path()), StandardOpenOption.READ)) {
            boolean again = true;
            while (again) {
                again = readOnce(file) && loop;
                file.position(0);
            }
        } catch (IOException e) {
            feed.then(() -> events.ended(url.remote() + ": " + Reasons.of(e), false));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads to the end; false when the feed is closed. */
    private boolean readOnce(FileChannel file) throws IOException, InterruptedException {
        while (true) {
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.buffer(settings.bufferBytes());
            int read;
            try {
                read = bytes.writeBytes(file, settings.bufferBytes());
            } catch (IOException e) {
                bytes.release();
                throw e;
            }
            if (read < 0) {
                // The end takes its turn with an empty buffer, so that a loop over an empty file is bounded as well.
                return feed.send(bytes);
            }
            if (!feed.send(bytes)) {
                return false;
            }
        }
    }

    private void arrived(ByteBuf bytes, Runnable done) {
        if (bytes.isReadable()) {
            synchronizer.feed(bytes);
        } else {
            bytes.release();
            synchronizer.end();
            queue.then(this::ended);
        }
        queue.then(done);
        queue.drain();
    }

    private void ended() {
        if (packetsInPass == 0) {
            events.ended(url.remote() + ": no transport stream in the file", true);
        } else if (!loop) {
            events.ended(url.remote() + ": end of file", true);
        } else if (!queue.hasClock()) {
            events.ended(url.remote() + ": no PCR to pace it by", true);
        } else {
            packetsInPass = 0;
            queue.restart();
            events.restarted("start of the file again", false);
        }
    }
}
