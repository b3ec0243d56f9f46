package dev.penstock.dataplane.segment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBufAllocator;

import dev.penstock.dataplane.hub.Chunk;
import dev.penstock.dataplane.hub.ChunkListener;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.time.TsTime;
import dev.penstock.dataplane.media.ts.DemuxEvents;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsDemuxer;

/**
 * Takes access units out of the chunks of a hub and gives them to a {@link CmafSegmenter}. May be taken off the hub and put back: call
 * {@link #asleep} after the first; {@link #ended} is the last call and releases what is held.
 *
 * <p>Owned by the hub's event loop.
 */
public final class CmafFeed implements ChunkListener {
    /** Access units whose arrival is remembered until they are whole and their tracks known. */
    private static final int REMEMBERED = 4096;

    private final CmafSegmenter segmenter;
    private final ByteBufAllocator allocator;
    private TsDemuxer demuxer;
    private final Map<Long, Long> arrivals = new LinkedHashMap<>();
    private List<Psi.EsInfo> told = List.of();
    private long chunkMs;
    private long dropped;

    /**
     * @param segmenter gets what is in the chunks
     * @param allocator makes the buffers of access units
     */
    public CmafFeed(CmafSegmenter segmenter, ByteBufAllocator allocator) {
        this.segmenter = segmenter;
        this.allocator = allocator;
        this.demuxer = new TsDemuxer(allocator, new Events());
    }

    private final class Events implements DemuxEvents {
        @Override
        public void tracks(List<Track> tracks) {
            segmenter.tracks(tracks);
        }

        @Override
        public void sample(Sample sample) {
            arrived(sample);
        }
    }

    /** Video and audio of the stream that are not taken out, one line for a person each. */
    public List<String> refused() {
        return demuxer.refused();
    }

    /** How many access units and frames were dropped since the start: damaged, too large, or before the first configuration. */
    public long dropped() {
        return dropped + demuxer.dropped();
    }

    @Override
    public void chunk(Chunk chunk) {
        if (chunk.discontinuity()) {
            interrupted();
        }
        chunkMs = chunk.wallMs();
        Psi psi = chunk.psi();
        if (psi != null && !psi.streams().equals(told)) {
            told = psi.streams();
            // They may have come before the chunks began.
            demuxer.tables(psi);
        }
        for (Chunk.Mark mark : chunk.marks()) {
            if (mark.pes().dts() >= 0) {
                arrivals.put(mark.pes().dts(), chunkMs);
            }
        }
        while (arrivals.size() > REMEMBERED) {
            arrivals.remove(arrivals.keySet().iterator().next());
        }
        demuxer.packets(chunk.data());
        segmenter.arrived(chunkMs);
    }

    @Override
    public void interrupted() {
        pause();
        segmenter.interrupted();
    }

    @Override
    public void asleep() {
        pause();
        segmenter.asleep();
    }

    /** What follows may be of another source. One that knows the configurations of the old one would tell the new ones one by one. */
    private void pause() {
        demuxer.flush();
        dropped += demuxer.dropped();
        demuxer.close();
        demuxer = new TsDemuxer(allocator, new Events());
        arrivals.clear();
        told = List.of();
    }

    @Override
    public void ended() {
        demuxer.flush();
        demuxer.close();
        segmenter.ended();
        arrivals.clear();
    }

    /** An access unit is told when it is whole, and the first ones when all tracks are known; it arrived when it began. */
    private void arrived(Sample sample) {
        Long ms = arrivals.remove(Math.floorMod(sample.dts(), TsTime.WRAP_90K));
        segmenter.arrived(ms == null ? chunkMs : ms);
        segmenter.sample(sample);
    }
}
