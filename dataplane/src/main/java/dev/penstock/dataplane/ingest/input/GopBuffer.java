package dev.penstock.dataplane.ingest.input;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Sample;
import dev.penstock.dataplane.media.SampleSink;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.PsiWriter;
import dev.penstock.dataplane.media.ts.TsEvents;
import dev.penstock.dataplane.media.ts.TsFault;
import dev.penstock.dataplane.media.ts.TsParser;
import dev.penstock.dataplane.media.ts.TsSynchronizer;

/**
 * Keeps what a source has sent since its newest key access unit, so that a sink can be given a decodable start at once; the rest is
 * thrown away. Bounded: what is larger than the limit is dropped up to the next key access unit. Mutable, one owner: the event loop.
 */
public final class GopBuffer {
    /** Bytes kept at most, when nothing else is said: ten seconds of 6 Mbit/s. */
    public static final int DEFAULT_BYTES = 8 << 20;
    /** A source without anything that looks like a key access unit is joined after this many lead PES packets, as the hub does. */
    private static final int MAX_PES_WITHOUT_KEY = 300;
    private static final int FIRST_BYTES = 64 << 10;

    private final int maxBytes;
    private final TsParser parser = new TsParser(new Events());
    private final List<Sample> samples = new ArrayList<>();
    private List<Track> tracks = List.of();
    private @Nullable Psi psi;
    private @Nullable ByteBuf packets;
    private long sampleBytes;
    private int pesWithoutKey;
    private int keyAt = -1;
    private boolean key;

    /** A buffer of {@link #DEFAULT_BYTES}. */
    public GopBuffer() {
        this(DEFAULT_BYTES);
    }

    /**
     * @param maxBytes most bytes of media kept
     */
    public GopBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Whether what is kept begins with a key access unit. */
    public boolean hasKey() {
        return key;
    }

    /** Bytes kept. */
    public long bytes() {
        return sampleBytes + (packets == null ? 0 : packets.readableBytes());
    }

    /**
     * Takes packets.
     *
     * @param in whole packets of 188 bytes; this call takes ownership
     * @return whether a key access unit was among them
     */
    public boolean packets(ByteBuf in) {
        try {
            keyAt = -1;
            parser.parse(in);
            if (keyAt >= 0) {
                clear();
                key = true;
                in.skipBytes(keyAt);
            }
            if (key && bytes() + in.readableBytes() > maxBytes) {
                clear();
            }
            if (key) {
                if (packets == null) {
                    packets = PooledByteBufAllocator.DEFAULT.buffer(FIRST_BYTES);
                }
                packets.writeBytes(in);
            }
            return keyAt >= 0;
        } finally {
            in.release();
        }
    }

    /** Takes the list of tracks; what was kept belonged to the list before. */
    public void tracks(List<Track> now) {
        if (!tracks.equals(now)) {
            clear();
            tracks = List.copyOf(now);
        }
    }

    /**
     * Takes an access unit.
     *
     * @param sample ownership of its data passes to this call
     * @return whether it is a key access unit that a sink can begin with
     */
    public boolean sample(Sample sample) {
        boolean starts = sample.key() && leads(sample.track());
        if (starts) {
            clear();
            key = true;
        }
        if (key && bytes() + sample.data().readableBytes() > maxBytes) {
            clear();
        }
        if (key) {
            samples.add(sample);
            sampleBytes += sample.data().readableBytes();
        } else {
            sample.data().release();
        }
        return starts;
    }

    private boolean leads(int track) {
        boolean video = tracks.stream().anyMatch(t -> isVideo(t.codec()));
        return tracks.stream().anyMatch(t -> t.id() == track && (!video || isVideo(t.codec())));
    }

    private static boolean isVideo(Codec codec) {
        return codec.isVideo();
    }

    /**
     * Hands all that is kept to a sink that has begun, and is empty then.
     *
     * @param sink gets tables or tracks first
     */
    public void drainTo(SampleSink sink) {
        Psi tables = psi;
        ByteBuf kept = packets;
        packets = null;
        if (tables != null && key && kept != null) {
            ByteBuf head = PooledByteBufAllocator.DEFAULT.buffer(FIRST_BYTES);
            PsiWriter.write(head, tables, 0, 0);
            sink.packets(head);
            while (kept.isReadable()) {
                sink.packets(kept.readRetainedSlice(Math.min(kept.readableBytes(), TsSynchronizer.MAX_OUTPUT)));
            }
        }
        if (kept != null) {
            kept.release();
        }
        if (!tracks.isEmpty()) {
            sink.tracks(tracks);
            List<Sample> waiting = List.copyOf(samples);
            samples.clear();
            waiting.forEach(sink::sample);
        }
        reset();
    }

    /** Drops everything: what follows is not continuous with what came. Tracks stay. */
    public void reset() {
        clear();
        if (packets != null) {
            packets.release();
            packets = null;
        }
        parser.reset();
        psi = null;
        pesWithoutKey = 0;
    }

    private void clear() {
        key = false;
        sampleBytes = 0;
        samples.forEach(sample -> sample.data().release());
        samples.clear();
        if (packets != null) {
            packets.clear();
        }
    }

    private final class Events implements TsEvents {
        @Override
        public void program(Psi now) {
            psi = now;
            pesWithoutKey = 0;
        }

        @Override
        public void pes(int offset, PesStart pes) {
            Psi tables = psi;
            if (tables == null || (pes.pid() != tables.leadPid() && tables.leadPid() >= 0)) {
                return;
            }
            pesWithoutKey++;
            if ((pes.randomAccess() && pes.dts() >= 0) || pesWithoutKey > MAX_PES_WITHOUT_KEY) {
                pesWithoutKey = 0;
                keyAt = offset;
            }
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {}

        @Override
        public void fault(int offset, TsFault kind) {}
    }
}
