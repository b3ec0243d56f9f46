package dev.penstock.dataplane.push;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.Preamble;
import dev.penstock.dataplane.ingest.input.InputSettings;
import dev.penstock.dataplane.ingest.srt.SrtCall;
import dev.penstock.dataplane.ingest.srt.SrtUrl;

/** Calls an SRT listener and sends it MPEG-TS. One owner: the event loop. */
final class SrtSender implements Sender {
    private static final int BATCH = 64 * 1024;

    private final SrtCall call;
    private final ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;
    private @Nullable ByteBuf gathered;

    SrtSender(SrtUrl url, @Nullable String key, InputSettings settings, Events events) {
        call = new SrtCall(key == null ? url : url.withKey(key), settings, new SrtCall.Events() {
            @Override
            public void accepted() {
                events.accepted();
            }

            @Override
            public void writable() {
                events.writable();
            }

            @Override
            public void over(String reason) {
                events.over(reason);
            }
        });
    }

    @Override
    public void start() {
        call.start();
    }

    @Override
    public boolean isWritable() {
        return call.isWritable();
    }

    @Override
    public void begin(Chunk key, boolean skipped) {
        ByteBuf preamble = Preamble.of(key, skipped, allocator);
        gather(preamble);
        preamble.release();
    }

    @Override
    public void send(Chunk chunk) {
        gather(chunk.data());
    }

    /** Chunks end where they like; messages are full but for the last of a flush. */
    private void gather(ByteBuf packets) {
        ByteBuf to = gathered;
        if (to == null) {
            to = allocator.directBuffer(Math.max(BATCH, packets.readableBytes()));
            gathered = to;
        }
        to.writeBytes(packets, packets.readerIndex(), packets.readableBytes());
        if (to.readableBytes() >= BATCH) {
            flush();
        }
    }

    @Override
    public void interrupted() {
        // The packets go on where they stopped.
    }

    @Override
    public void flush() {
        ByteBuf full = gathered;
        gathered = null;
        if (full != null) {
            call.send(full);
        }
    }

    @Override
    public void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        call.close();
    }
}
