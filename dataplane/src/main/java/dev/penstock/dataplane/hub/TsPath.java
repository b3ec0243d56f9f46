package dev.penstock.dataplane.hub;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.time.TsTime;
import dev.penstock.dataplane.media.ts.PesStart;
import dev.penstock.dataplane.media.ts.Psi;
import dev.penstock.dataplane.media.ts.TsEvents;
import dev.penstock.dataplane.media.ts.TsFault;
import dev.penstock.dataplane.media.ts.TsPacket;
import dev.penstock.dataplane.media.ts.TsParser;
import dev.penstock.dataplane.media.ts.TsRewriter;
import dev.penstock.dataplane.media.ts.TsRewriter.State;

/**
 * From packets to chunks: packets of the first source go through unchanged, later ones are rewritten to look like it, see
 * {@link TsRewriter}. After each begin nothing is handed on before the tables and the first key access unit; a stream with neither
 * video nor audio is handed on from its tables. Made with the first packets, as its tables take tens of kilobytes. One thread.
 */
final class TsPath {
    /** A step of the PCR up to this is a pause or a slow frame rate, not another clock: 10 s of 27 MHz. */
    private static final long MAX_PCR_STEP = 270_000_000;

    private final HubConfig config;
    private final HubStats stats;
    private final HubMetrics metrics;
    private final Output output;
    private final ChunkBuilder builder;
    private final KeyRule keys = new KeyRule();
    private final PacketCounters counters = new PacketCounters();
    private final TsParser parser = new TsParser(new Events());
    private final TsRewriter rewriter = new TsRewriter();
    private @Nullable Psi psi;
    private boolean delivering;
    private boolean keyNext;
    private boolean discontinuityNext;
    private long lastPcr = -1;
    private @Nullable ByteBuf in;
    private long inMs;
    private int base;
    private int taken;

    /** Takes chunks. */
    interface Output {
        /** Sequence of the next chunk. */
        long nextSequence();

        /**
         * A chunk is finished.
         *
         * @param chunk this call takes ownership
         */
        void chunk(Chunk chunk);
    }

    /**
     * @param discontinuity whether the first chunk does not continue what was handed on before
     */
    TsPath(HubConfig config, ByteBufAllocator allocator, HubStats stats, HubMetrics metrics, Output output,
            boolean discontinuity) {
        this.config = config;
        this.stats = stats;
        this.metrics = metrics;
        this.output = output;
        this.builder = new ChunkBuilder(allocator, config.chunkBytes());
        this.discontinuityNext = discontinuity;
    }

    /** A source begins; what there was of the one before has been sealed. */
    void begin() {
        rewriter.begin();
        parser.reset();
        delivering = false;
        keyNext = false;
        discontinuityNext = output.nextSequence() > 0;
        keys.reset();
        lastPcr = -1;
    }

    /**
     * Takes packets.
     *
     * @param packets whole packets, at most 64 KiB; this call takes ownership
     * @param wallMs their arrival, ms since 1970
     */
    void packets(ByteBuf packets, long wallMs) {
        ByteBuf rewritten = rewriter.rewrite(packets);
        try {
            inMs = wallMs;
            chop(rewritten);
        } finally {
            in = null;
            rewritten.release();
        }
    }

    /** Whether packets wait to be sealed. */
    boolean isPending() {
        return !builder.isEmpty();
    }

    /** Hands on what is there. */
    void seal() {
        if (!builder.isEmpty()) {
            metrics.chunk();
            output.chunk(builder.seal(output.nextSequence()));
        }
    }

    private void chop(ByteBuf packets) {
        if (builder.size() + packets.readableBytes() > config.chunkBytes()) {
            seal();
        }
        // A later source comes out of the rewriter from its tables and first key access unit on, not before.
        delivering |= rewriter.state() == State.MAPPED || rewriter.state() == State.NEW_TABLES;
        in = packets;
        base = packets.readerIndex();
        taken = base;
        parser.parse(packets);
        take(packets.writerIndex());
    }

    /** Moves packets up to an index of the buffer at hand into the chunk under construction, or drops them. */
    private void take(int end) {
        if (end <= taken) {
            return;
        }
        if (delivering && builder.isEmpty()) {
            open();
        }
        int shift = builder.size() - taken;
        for (int at = taken; at < end; at += TsPacket.SIZE) {
            int pid = counters.note(in, at);
            if (delivering && psi != null && (pid == 0 || pid == psi.pmtPid())) {
                builder.table(at + shift);
            }
        }
        if (delivering) {
            builder.append(in, taken, end - taken);
        }
        taken = end;
    }

    private void open() {
        if (discontinuityNext) {
            stats.discontinuity();
            metrics.discontinuity();
        }
        builder.open(new Chunk.Head(keyNext, discontinuityNext, psi,
                keyNext && psi != null ? counters.of(psi) : Continuity.NONE, inMs));
        keyNext = false;
        discontinuityNext = false;
    }

    /** Ends the chunk under construction before the packet at an index of the buffer at hand. */
    private void cut(int index) {
        take(index);
        seal();
    }

    /** What the parser says of the buffer at hand. */
    private final class Events implements TsEvents {
        @Override
        public void program(Psi now) {
            if (psi != null && delivering && !psi.streams().equals(now.streams())) {
                discontinuityNext = true;
            }
            psi = now;
            if (!delivering && now.leadPid() < 0) {
                delivering = true;
            }
        }

        @Override
        public void pes(int offset, PesStart pes) {
            int index = base + offset;
            boolean lead = psi != null && pes.pid() == psi.leadPid();
            boolean key = lead && keys.isKey(pes, psi.hasVideo());
            if (key) {
                cut(index);
                keyNext = true;
                delivering = true;
                if (keys.intervalMs() >= 0) {
                    stats.keyInterval(keys.intervalMs());
                }
            } else if (discontinuityNext && delivering) {
                cut(index);
            }
            if (delivering) {
                builder.mark(builder.size() + index - taken, pes);
            }
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {
            long step = lastPcr < 0 ? 0 : TsTime.diff27M(lastPcr, pcr27Mhz);
            lastPcr = pcr27Mhz;
            if (discontinuity || step < 0 || step > MAX_PCR_STEP) {
                jump(offset);
            }
        }

        @Override
        public void fault(int offset, TsFault kind) {
            stats.fault();
            metrics.fault(kind);
        }

        private void jump(int offset) {
            if (delivering) {
                cut(base + offset);
                discontinuityNext = true;
                keys.reset();
            }
        }
    }
}
