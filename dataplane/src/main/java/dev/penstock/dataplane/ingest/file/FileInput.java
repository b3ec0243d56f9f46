package dev.penstock.dataplane.ingest.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.ingest.input.BlockingFeed;
import dev.penstock.dataplane.ingest.input.Input;
import dev.penstock.dataplane.ingest.input.InputEvents;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.input.Reasons;
import dev.penstock.dataplane.ingest.input.SourceUrl;
import dev.penstock.dataplane.media.ts.TsSynchronizer;

/**
 * Plays a regular file at the speed of its PCR, once or in a loop. A virtual thread reads ahead, at most the settings' window of
 * buffers; the event loop, which owns all else, lets packets go when they are due.
 */
public final class FileInput implements Input {
    /** A file without PCR cannot be paced; given up after this many bytes. */
    private static final int MAX_WITHOUT_CLOCK = 1 << 20;

    private final SourceUrl url;
    private final boolean loop;
    private final InputSettings settings;
    private final InputEvents events;
    private final BlockingFeed feed;
    private final PcrPacer pacer = new PcrPacer();
    private final TsSynchronizer synchronizer;
    private final Deque<Step> steps = new ArrayDeque<>();
    private @Nullable Thread reader;
    private @Nullable Future<?> timer;
    private boolean closed;
    private boolean draining;
    private long withoutClock;
    private long packetsInPass;

    /** What comes next: packets, room for the reader, or the file's end. */
    private sealed interface Step {}

    private record Packets(ByteBuf packets) implements Step {}

    private record Room(Runnable done) implements Step {}

    private record Skipped(long bytes) implements Step {}

    private record End() implements Step {}

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
        this.synchronizer = new TsSynchronizer(new TsSynchronizer.Output() {
            @Override
            public void packets(ByteBuf packets) {
                packetsInPass++;
                steps.add(new Packets(packets));
            }

            @Override
            public void skipped(long bytes) {
                steps.add(new Skipped(bytes));
            }
        });
    }

    @Override
    public void start() {
        reader = Thread.ofVirtual().name("penstock-file").start(this::read);
    }

    @Override
    public void close() {
        closed = true;
        feed.close();
        if (reader != null) {
            reader.interrupt();
        }
        if (timer != null) {
            timer.cancel(false);
        }
        synchronizer.reset();
        for (Step step : steps) {
            if (step instanceof Packets waiting) {
                waiting.packets().release();
            }
        }
        steps.clear();
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
            steps.add(new End());
        }
        steps.add(new Room(done));
        drain();
    }

    /** Does all steps that are due. */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        timer = null;
        while (!closed && timer == null && !steps.isEmpty()) {
            step();
        }
        draining = false;
    }

    private void step() {
        switch (steps.element()) {
            case Packets waiting -> let(waiting.packets());
            case Room room -> {
                steps.remove();
                room.done().run();
            }
            case Skipped garbage -> {
                steps.remove();
                events.skipped(garbage.bytes());
            }
            case End end -> {
                steps.remove();
                ended();
            }
        }
    }

    /** Lets go what is due of the first buffer; where something is left, comes back when it is due. */
    private void let(ByteBuf packets) {
        long now = settings.loop().ticker().nanoTime();
        int due = pacer.readable(packets, now);
        if (!pacer.hasClock()) {
            withoutClock += due;
            if (withoutClock > MAX_WITHOUT_CLOCK) {
                events.ended(url.remote() + ": no PCR in the first MiB to pace it by", true);
                return;
            }
        }
        if (due == packets.readableBytes()) {
            steps.remove();
            events.bytes(packets);
            return;
        }
        timer = settings.loop().schedule(this::drain, Math.max(1, pacer.dueNanos() - now), TimeUnit.NANOSECONDS);
        if (due > 0) {
            events.bytes(packets.readRetainedSlice(due));
        }
    }

    private void ended() {
        if (packetsInPass == 0) {
            events.ended(url.remote() + ": no transport stream in the file", true);
        } else if (!loop) {
            events.ended(url.remote() + ": end of file", true);
        } else if (!pacer.hasClock()) {
            events.ended(url.remote() + ": no PCR to pace it by", true);
        } else {
            packetsInPass = 0;
            withoutClock = 0;
            pacer.restart();
            events.restarted("start of the file again", false);
        }
    }
}
