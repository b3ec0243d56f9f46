package dev.penstock.dataplane.hub;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.TsMuxer;
import dev.penstock.dataplane.media.ts.TsPacket;

/**
 * Makes packets of one source's access units while somebody wants them, and gives them to the path that a transport stream's
 * packets take. One thread.
 */
final class SampleMux implements SampleRing.Reader {
    /** Most bytes of one piece: what the path takes at a time. */
    private static final int PIECE = (64 << 10) / TsPacket.SIZE * TsPacket.SIZE;
    private static final int SMALLEST = 4 << 10;

    private final ByteBufAllocator allocator;
    private final TsPath path;
    private final TsMuxer muxer = new TsMuxer();
    private final int lead;
    private int expected = SMALLEST;
    private @Nullable ByteBuf out;
    private long outMs;

    /**
     * @param lead number of the track that decides, see {@link dev.penstock.dataplane.media.ts.TsTracks#leadTrack}
     */
    SampleMux(ByteBufAllocator allocator, TsPath path, List<Track> tracks, int lead) {
        this.allocator = allocator;
        this.path = path;
        this.lead = lead;
        muxer.tracks(tracks);
    }

    /** Other configurations of the same tracks, or other tracks; what came before was ended with {@link #end}. */
    void tracks(List<Track> tracks) {
        muxer.tracks(tracks);
    }

    @Override
    public void read(Sample sample, long wallMs) {
        boolean key = sample.key() && sample.track() == lead;
        if (out != null && (out.readableBytes() >= PIECE / 2 || key)) {
            emit();
        }
        if (out == null) {
            out = allocator.directBuffer(expected);
            outMs = wallMs;
        }
        muxer.write(sample, out);
    }

    /** Gives on what is there. */
    void end() {
        if (out == null) {
            out = allocator.directBuffer(SMALLEST);
        }
        muxer.flush(out);
        emit();
    }

    private void emit() {
        ByteBuf packets = out;
        if (packets == null) {
            return;
        }
        out = null;
        expected = Math.clamp(packets.readableBytes() * 5L / 4, SMALLEST, PIECE);
        try {
            while (packets.isReadable()) {
                path.packets(packets.readRetainedSlice(Math.min(PIECE, packets.readableBytes())), outMs);
            }
        } finally {
            packets.release();
        }
    }
}
