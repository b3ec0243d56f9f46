package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.Track;

/**
 * Makes a transport stream of one program (ISO/IEC 13818-1) from access units. Tables stand before each key access unit of video
 * and at least every 400 ms where an access unit is near; the PCR is on the video, or else the first audio, at most 40 ms apart
 * within a second and 100 ms before the decoding time. Times are the source's, moved by one constant so that they begin at 1 s.
 *
 * <p>Mutable, one owner: the thread that calls it. Use one for each run of a source.
 */
public final class TsMuxer {
    private static final long START_TICKS = 90_000;
    private static final long DELAY_TICKS = 9_000;
    private static final long PCR_STEP = 3_600;
    private static final long MAX_PCR_FILL = 90_000;
    private static final long TABLES_TICKS = 27_000;

    private final byte[] pat = TsTracks.pat();
    private List<ElementaryWriter> writers = List.of();
    private byte[] pmt = {};
    private int version;
    private int patCounter;
    private int pmtCounter;
    private boolean tablesDue = true;
    private long tablesDts;
    private boolean anchored;
    private long offset;
    private long lastPcr = PesPackets.NO_PCR;

    /**
     * What the access units that follow belong to; before the first and on each change. What waits must have been flushed.
     *
     * @return how they go in, and what does not; nothing can be written when nothing does
     */
    public TsTracks tracks(List<Track> tracks) {
        TsTracks plan = TsTracks.plan(tracks);
        List<ElementaryWriter> now = new ArrayList<>();
        for (TsTracks.Carried track : plan.carried()) {
            ElementaryWriter before = writers.stream().filter(w -> w.track().pid() == track.pid()).findFirst()
                    .orElse(null);
            now.add(before == null
                    ? new ElementaryWriter(track, new PesPackets(track.pid()), Long.MIN_VALUE)
                    : new ElementaryWriter(track, before.packets(), before.lastDts()));
        }
        writers = List.copyOf(now);
        if (!writers.isEmpty() && !Arrays.equals(pmt, plan.pmt(version))) {
            version = pmt.length == 0 ? version : (version + 1) & 0x1F;
            pmt = plan.pmt(version);
            tablesDue = true;
        }
        return plan;
    }

    /**
     * Writes an access unit; frames of AAC may wait for more.
     *
     * @param sample those of one track in decoding order; its data is changed, and stays the caller's. Of a track that is not
     *     carried nothing is written
     * @param out whole packets are written to it
     */
    public void write(Sample sample, ByteBuf out) {
        ElementaryWriter writer = find(sample.track());
        ByteBuf data = sample.data();
        if (writer == null || !writer.prepare(data)) {
            return;
        }
        if (!anchored) {
            anchored = true;
            offset = START_TICKS - sample.dts();
        }
        long dts = writer.rise(sample.dts() + offset);
        long pts = Math.max(sample.pts() + offset, dts);
        boolean key = writer.isVideo() && sample.key();
        for (ElementaryWriter other : writers) {
            if (other.isDue(dts) || (key && other.hasPacked())) {
                flush(other, out);
            }
        }
        if (writer.packs()) {
            if (writer.mustFlushBefore(dts, data.readableBytes())) {
                flush(writer, out);
            }
            writer.pack(data, dts);
            return;
        }
        tables(key, dts, out);
        long pcr = clock(writer, dts, out);
        writer.write(out, data, pts, dts, key || isOnlyAudio(writer), pcr);
    }

    /**
     * Writes what waits for more.
     *
     * @param out whole packets are written to it
     */
    public void flush(ByteBuf out) {
        for (ElementaryWriter writer : writers) {
            if (writer.hasPacked()) {
                flush(writer, out);
            }
        }
    }

    private void flush(ElementaryWriter writer, ByteBuf out) {
        tables(false, writer.packedDts(), out);
        long pcr = clock(writer, writer.packedDts(), out);
        writer.flush(out, isOnlyAudio(writer), pcr);
    }

    private boolean isOnlyAudio(ElementaryWriter writer) {
        return writer == writers.getFirst() && !writer.isVideo();
    }

    private @Nullable ElementaryWriter find(int track) {
        for (ElementaryWriter writer : writers) {
            if (writer.track().track().id() == track) {
                return writer;
            }
        }
        return null;
    }

    private void tables(boolean key, long dts, ByteBuf out) {
        if (key || tablesDue || Math.abs(dts - tablesDts) >= TABLES_TICKS) {
            out.ensureWritable((PsiWriter.packets(pat) + PsiWriter.packets(pmt)) * TsPacket.SIZE);
            patCounter = PsiWriter.write(out, 0, pat, patCounter);
            pmtCounter = PsiWriter.write(out, TsTracks.PMT_PID, pmt, pmtCounter);
            tablesDue = false;
            tablesDts = dts;
        }
    }

    /** The PCR for the next packet of a track; packets with nothing else are written where the step would be too large. */
    private long clock(ElementaryWriter writer, long dts, ByteBuf out) {
        if (writer != writers.getFirst()) {
            return PesPackets.NO_PCR;
        }
        long pcr = dts - DELAY_TICKS;
        if (lastPcr != PesPackets.NO_PCR && pcr - lastPcr <= MAX_PCR_FILL) {
            while (pcr - lastPcr > PCR_STEP) {
                lastPcr += PCR_STEP;
                writer.packets().writePcr(out, lastPcr);
            }
        }
        lastPcr = pcr;
        return pcr;
    }
}
