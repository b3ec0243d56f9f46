package dev.penstock.dataplane.media.ts;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.time.TsTime;

/**
 * Makes the sources of a stream, one after the other, look like one source that never stopped.
 *
 * <p>The first source passes byte for byte. A later one (a {@link #begin} after tables were seen) is joined at its first key
 * access unit; what comes before is dropped. From there:
 * <ul>
 * <li>its PIDs become the first source's, video by video and audio by audio of the same stream type; packets of PIDs that are in
 * no table are dropped, null packets stay;
 * <li>PTS, DTS, ESCR, PCR and OPCR are shifted by one constant: the lead's first decoding and presentation times follow the
 * last ones that went out, or later by as much as it takes for the PCR not to go back; another PID starts with its first PES packet whose
 * decoding time lies after the last one that went out there;
 * <li>continuity counters go on per PID; gaps within the source stay visible;
 * <li>PAT and PMT stand before the first key access unit, and in the place of the source's own.
 * </ul>
 * A source of another shape (other codecs or number of streams) cannot be mapped: then {@link #state} is
 * {@link State#NEW_TABLES}, and the PMT changes under a new version on the same PMT PID; everything else holds.
 *
 * <p>Mutable, one owner: the stream's event loop. Use one for the life of a stream.
 */
public final class TsRewriter {
    /** A source without anything that looks like a key access unit is joined after this many lead PES packets. */
    private static final int MAX_PES_WITHOUT_KEY = 300;
    /** PCR, decoding and presentation times further apart than this do not belong together. */
    private static final long MAX_DISTANCE = 10L * TsTime.HZ_90K;
    private static final int DROP = -1;

    /** What happens to the packets of the present source. */
    public enum State {
        /** The first source: nothing is changed. */
        PASSTHROUGH,
        /** A later source whose tables or first key access unit are awaited: nothing goes out. */
        WAITING,
        /** A later source that goes out under the first one's tables. */
        MAPPED,
        /** A later source of another shape: it goes out under new tables. */
        NEW_TABLES
    }

    private final Map<Integer, OutTrack> tracks = new HashMap<>();
    private final byte[] counters = new byte[0x2000];
    private final TsParser parser = new TsParser(new Source());
    private State state = State.PASSTHROUGH;
    private @Nullable Psi first;
    private @Nullable Psi told;
    private long lastPcr = -1;

    private @Nullable Psi source;
    private @Nullable PidMap map;
    private int joinOffset = -1;
    private int leadPes;
    private long joinDts = -1;
    private long joinPts = -1;
    private long sourcePcr = -1;
    private long shift;
    private short[] pids = {};
    private byte[] counterOffsets = {};
    private boolean[] started = {};
    private final PsiSlots slots = new PsiSlots(counters);

    /** A source begins; the first one passes, and so does the next as long as none had tables. */
    public void begin() {
        parser.reset();
        source = null;
        map = null;
        joinOffset = -1;
        joinDts = -1;
        joinPts = -1;
        leadPes = 0;
        sourcePcr = -1;
        state = first == null ? State.PASSTHROUGH : State.WAITING;
        if (first != null && pids.length == 0) {
            pids = new short[0x2000];
            counterOffsets = new byte[0x2000];
            started = new boolean[0x2000];
        }
    }

    /** What happens to the packets of the present source. */
    public State state() {
        return state;
    }

    /** What is added to the source's PTS and DTS, 90 kHz modulo 2^33; 0 for the first source. */
    public long shift90k() {
        return state == State.MAPPED || state == State.NEW_TABLES ? shift : 0;
    }

    /**
     * Rewrites packets of the present source.
     *
     * @param packets whole aligned packets; this call takes ownership and writes into the buffer, so nobody else may read its
     *     bytes
     * @return whole packets that the caller owns: most often the same buffer, maybe shorter, maybe without a readable byte
     */
    public ByteBuf rewrite(ByteBuf packets) {
        joinOffset = -1;
        parser.parse(packets);
        if (state == State.PASSTHROUGH) {
            notePassing(packets);
            return packets;
        }
        if (state != State.WAITING) {
            compact(packets, packets.readerIndex());
            return packets;
        }
        if (joinOffset < 0) {
            return packets.writerIndex(packets.readerIndex());
        }
        return join(packets);
    }

    private ByteBuf join(ByteBuf packets) {
        PidMap plan = plan();
        shift = shiftFor(Objects.requireNonNull(source));
        Arrays.fill(started, false);
        use(plan);
        ByteBuf out = packets.alloc().buffer(slots.bytes() + packets.readableBytes());
        slots.writeAll(out);
        compact(packets, packets.readerIndex() + joinOffset);
        out.writeBytes(packets);
        packets.release();
        return out;
    }

    private PidMap plan() {
        Psi wanted = Objects.requireNonNull(first);
        return PidMap.plan(wanted, told == null ? wanted : told, Objects.requireNonNull(source));
    }

    private void use(PidMap plan) {
        map = plan;
        told = plan.tables();
        state = plan.newTables() ? State.NEW_TABLES : State.MAPPED;
        short[] before = pids.clone();
        Arrays.fill(pids, (short) DROP);
        plan.pids().forEach((in, out) -> {
            pids[in] = out.shortValue();
            started[in] &= before[in] == pids[in];
        });
        slots.tables(plan.tables());
    }

    /** The constant for which the lead goes on where it stopped and the PCR does not go back. */
    private long shiftFor(Psi psi) {
        Integer leadOut = plan().pids().get(psi.leadPid());
        OutTrack lead = leadOut == null ? null : tracks.get(leadOut);
        if (joinDts < 0) {
            return lastPcr < 0 || sourcePcr < 0 ? 0 : TsTime.diff90k(sourcePcr / 300, lastPcr / 300) + 1;
        }
        long target = lead != null && lead.known() ? lead.next() : latest();
        if (target < 0) {
            return 0;
        }
        long least = TsTime.add90k(target, -joinDts);
        if (lead != null && lead.nextShown() >= 0) {
            least = later(least, TsTime.add90k(lead.nextShown(), -joinPts));
        }
        if (lastPcr < 0 || sourcePcr < 0) {
            return least;
        }
        return later(least, TsTime.add90k(lastPcr / 300 + 1, -(sourcePcr / 300)));
    }

    /** The later of two shifts, unless they are too far apart to belong together: then the first. */
    private static long later(long first, long second) {
        long more = TsTime.diff90k(first, second);
        return more > 0 && more < MAX_DISTANCE ? second : first;
    }

    private long latest() {
        long latest = -1;
        for (OutTrack track : tracks.values()) {
            if (track.known() && (latest < 0 || TsTime.diff90k(latest, track.next()) > 0)) {
                latest = track.next();
            }
        }
        return latest;
    }

    private void notePassing(ByteBuf packets) {
        int end = packets.writerIndex();
        for (int at = packets.readerIndex(); at + TsPacket.SIZE <= end; at += TsPacket.SIZE) {
            int header = packets.getInt(at);
            counters[(header >> 8) & 0x1FFF] = (byte) (header & 0x0F);
        }
    }

    /** Rewrites the packets from {@code from} on and moves those that go out to the reader index. */
    private void compact(ByteBuf buf, int from) {
        int end = buf.writerIndex();
        int to = buf.readerIndex();
        for (int at = from; at + TsPacket.SIZE <= end; at += TsPacket.SIZE) {
            if (packet(buf, at)) {
                if (to != at) {
                    buf.setBytes(to, buf, at, TsPacket.SIZE);
                }
                to += TsPacket.SIZE;
            }
        }
        buf.writerIndex(to);
    }

    /** Rewrites one packet; false when it does not go out. */
    private boolean packet(ByteBuf buf, int at) {
        int header = buf.getInt(at);
        int pid = (header >> 8) & 0x1FFF;
        if (header >>> 24 != TsPacket.SYNC || (header & 0x0080_0000) != 0) {
            return false;
        }
        if (pid == TsPacket.NULL_PID) {
            return true;
        }
        boolean unitStart = (header & 0x0040_0000) != 0;
        Psi tables = source;
        if (pid == 0) {
            return slots.pat(buf, at, unitStart);
        }
        if (tables != null && pid == tables.pmtPid()) {
            return slots.pmt(buf, at, unitStart);
        }
        int out = pids[pid];
        if (out < 0 || !admit(buf, at, header, pid, out)) {
            return false;
        }
        buf.setShort(at + 1, (header >> 8 & 0xE000) | out);
        long pcr = PesTimes.shiftPcr(buf, at, shift);
        if (pcr >= 0 && map != null && out == map.tables().pcrPid()) {
            lastPcr = pcr;
        }
        boolean payload = (header & 0x10) != 0;
        int counter = payload ? (header + counterOffsets[pid]) & 0x0F : counters[out];
        counters[out] = (byte) counter;
        buf.setByte(at + 3, (header & 0xF0) | counter);
        return true;
    }

    /** Lets a PID start with a PES packet after the last one that went out; shifts the times of PES packets. */
    private boolean admit(ByteBuf buf, int at, int header, int pid, int out) {
        boolean clear = (header & 0xC0) == 0;
        boolean pesStart = (header & 0x0040_0010) == 0x0040_0010 && clear;
        if (!started[pid] && (header & 0x10) == 0) {
            return true;
        }
        long dts = pesStart ? PesTimes.decodingTime(buf, at) : PesTimes.NONE;
        long moved = dts < 0 ? dts : TsTime.add90k(dts, shift);
        if (!started[pid]) {
            boolean late = moved >= 0 && !track(out).isAfter(moved);
            if ((header & 0x0040_0000) == 0 || late) {
                return false;
            }
            started[pid] = true;
            counterOffsets[pid] = (byte) ((counters[out] + 1 - header) & 0x0F);
        }
        if (dts == PesTimes.BROKEN && isMedia(out)) {
            started[pid] = false;
            return false;
        }
        if (dts != PesTimes.BROKEN && pesStart) {
            PesTimes.shift(buf, at, shift);
            track(out).sent(moved, PesTimes.presentationTime(buf, at));
        }
        return true;
    }

    private boolean isMedia(int out) {
        return map != null && map.tables().streams().stream()
                .anyMatch(es -> es.pid() == out && es.kind() != Psi.Kind.OTHER);
    }

    private OutTrack track(int pid) {
        return tracks.computeIfAbsent(pid, p -> new OutTrack());
    }

    /** Hears of the source's packets before they are changed. */
    private final class Source implements TsEvents {
        @Override
        public void program(Psi psi) {
            source = psi;
            if (state == State.PASSTHROUGH) {
                first = psi;
                told = psi;
            } else if (state != State.WAITING) {
                use(plan());
            }
        }

        @Override
        public void pes(int offset, PesStart pes) {
            if (state == State.PASSTHROUGH) {
                track(pes.pid()).sent(pes.dts(), pes.pts());
                return;
            }
            Psi psi = source;
            if (state != State.WAITING || joinOffset >= 0 || psi == null) {
                return;
            }
            boolean lead = pes.pid() == psi.leadPid();
            leadPes += lead ? 1 : 0;
            boolean good = (pes.randomAccess() && pes.dts() >= 0) || leadPes > MAX_PES_WITHOUT_KEY;
            if (psi.leadPid() < 0 || (lead && good)) {
                joinOffset = offset;
                joinDts = pes.dts();
                joinPts = pes.pts();
            }
        }

        @Override
        public void pcr(int offset, long pcr27Mhz, boolean discontinuity) {
            if (state == State.PASSTHROUGH) {
                lastPcr = pcr27Mhz;
            } else if (joinOffset < 0) {
                sourcePcr = pcr27Mhz;
            }
        }

        @Override
        public void fault(int offset, TsFault kind) {}
    }
}
