package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.media.time.TsTime;

/**
 * Reads a transport stream beside the path (ISO/IEC 13818-1): tables of the first program, PES starts with their times, key
 * access units, PCR and faults. Changes nothing, keeps nothing, allocates nothing per packet, never throws on bad input.
 *
 * <p>Events come in the order of packets. A PES packet is told when its first transport packet is met: to know whether it is a
 * key access unit the parser looks ahead into the following packets of the same PES (at most 16 KiB) <em>within the same
 * buffer</em>. Where the buffer ends before the first slice, random_access_indicator decides, or parameter sets (H.264, H.265)
 * seen up to there. In the same way the times of a PES header cut by the buffer's end are unknown (-1); real muxers do not cut
 * headers.
 *
 * <p>Mutable, one owner: the thread that calls {@link #parse}.
 */
public final class TsParser {
    private static final byte ROLE_NONE = -1;
    private static final byte ROLE_PAT = 100;
    private static final byte ROLE_PMT = 101;

    private final TsEvents events;
    private final byte[] roles = new byte[0x2000];
    private final ContinuityCheck continuity = new ContinuityCheck();
    private final PcrCheck pcrs = new PcrCheck();
    private final SectionAssembler patSections = new SectionAssembler();
    private final SectionAssembler pmtSections = new SectionAssembler();
    private final SectionAssembler.Target patTarget = target(this::pat);
    private final SectionAssembler.Target pmtTarget = target(this::pmt);
    private final PesCursor cursor = new PesCursor();
    private int offset;
    private byte[] pat = {};
    private int program = -1;
    private @Nullable Psi psi;

    /**
     * @param events hears of what is found, during {@link #parse}
     */
    public TsParser(TsEvents events) {
        this.events = events;
        reset();
    }

    /** Forgets everything: a new source follows. */
    public void reset() {
        Arrays.fill(roles, ROLE_NONE);
        roles[0] = ROLE_PAT;
        continuity.reset();
        pcrs.reset();
        patSections.reset();
        pmtSections.reset();
        program = -1;
        psi = null;
    }

    /**
     * Reads packets.
     *
     * @param packets whole aligned packets of 188 bytes from reader index to writer index (a cut last one is left unread);
     *     indices stay as they are, nothing is retained
     */
    public void parse(ByteBuf packets) {
        int base = packets.readerIndex();
        int end = base + packets.readableBytes() / TsPacket.SIZE * TsPacket.SIZE;
        for (int at = base; at < end; at += TsPacket.SIZE) {
            offset = at - base;
            packet(packets, at, end);
        }
    }

    private void packet(ByteBuf buf, int at, int end) {
        int header = buf.getInt(at);
        int pid = (header >> 8) & 0x1FFF;
        if (header >>> 24 != TsPacket.SYNC) {
            events.fault(offset, TsFault.SYNC_LOSS);
            return;
        }
        if ((header & 0x0080_0000) != 0) {
            events.fault(offset, TsFault.TRANSPORT_ERROR);
            return;
        }
        if (pid == TsPacket.NULL_PID) {
            return;
        }
        int adaptation = (header & 0x20) == 0 ? 0 : adaptation(buf, at);
        ContinuityCheck.Verdict verdict = continuity.see(pid, header, (adaptation & 0x80) != 0);
        if (verdict == ContinuityCheck.Verdict.DUPLICATE) {
            return;
        }
        if (verdict == ContinuityCheck.Verdict.JUMP) {
            events.fault(offset, TsFault.CONTINUITY);
            dropSection(pid);
        }
        if (pid == pcrs.pid()) {
            pcr(buf, at, adaptation);
        }
        byte role = roles[pid];
        if (role != ROLE_NONE && (header & 0x10) != 0) {
            payload(buf, at, end, header, role, adaptation);
        }
    }

    /** The adaptation field's flags, 0 when it is empty or its length is impossible. */
    private static int adaptation(ByteBuf buf, int at) {
        int length = buf.getUnsignedByte(at + 4);
        return length == 0 || length > 183 ? 0 : buf.getUnsignedByte(at + 5);
    }

    private void pcr(ByteBuf buf, int at, int adaptation) {
        if ((adaptation & 0x80) != 0) {
            pcrs.announceDiscontinuity();
        }
        if ((adaptation & 0x10) == 0 || buf.getUnsignedByte(at + 4) < 7) {
            return;
        }
        long base = buf.getUnsignedInt(at + 6) << 1 | (buf.getByte(at + 10) & 0x80) >> 7;
        long pcr = (base * 300 + (((buf.getByte(at + 10) & 1) << 8) | buf.getUnsignedByte(at + 11))) % TsTime.WRAP_27M;
        boolean announced = pcrs.announced();
        if (pcrs.jumps(pcr)) {
            events.fault(offset, TsFault.PCR_JUMP);
        }
        events.pcr(offset, pcr, announced);
    }

    private void payload(ByteBuf buf, int at, int end, int header, byte role, int adaptation) {
        if ((header & 0xC0) != 0) {
            events.fault(offset, TsFault.SCRAMBLED);
            dropSection((header >> 8) & 0x1FFF);
            return;
        }
        boolean unitStart = (header & 0x0040_0000) != 0;
        if (role == ROLE_PAT || role == ROLE_PMT) {
            int from = at + TsPacket.payloadOffset(buf, at);
            SectionAssembler sections = role == ROLE_PAT ? patSections : pmtSections;
            sections.payload(buf, from, at + TsPacket.SIZE, unitStart, role == ROLE_PAT ? patTarget : pmtTarget);
        } else if (unitStart) {
            cursor.start(buf, at, end);
            PesStart pes = PesHeader.read(cursor, (header >> 8) & 0x1FFF, EsCodec.at(role), (adaptation & 0x40) != 0);
            cursor.finish();
            if (pes == null) {
                events.fault(offset, TsFault.BAD_PES);
            } else {
                events.pes(offset, pes);
            }
        }
    }

    private void dropSection(int pid) {
        if (roles[pid] == ROLE_PAT) {
            patSections.drop();
        } else if (roles[pid] == ROLE_PMT) {
            pmtSections.drop();
        }
    }

    private void pat(byte[] section) {
        if (!PsiSections.isPat(section)) {
            return;
        }
        int found = PsiSections.firstProgram(section);
        boolean later = section[6] != 0;
        if (found < 0 || found == program || (later && program >= 0)) {
            return;
        }
        Arrays.fill(roles, ROLE_NONE);
        roles[0] = ROLE_PAT;
        roles[found & 0x1FFF] = ROLE_PMT;
        pmtSections.reset();
        pcrs.reset();
        program = found;
        pat = section;
        psi = null;
    }

    private void pmt(byte[] section) {
        int number = program >>> 16;
        int pmtPid = program & 0x1FFF;
        if (!PsiSections.isPmt(section, number)) {
            return;
        }
        Psi before = psi;
        if (before != null && Arrays.equals(before.pmtSection(), section)) {
            return;
        }
        Arrays.fill(roles, ROLE_NONE);
        List<Psi.EsInfo> streams = new ArrayList<>();
        for (PsiSections.Entry entry : PsiSections.entries(section)) {
            EsCodec codec = EsCodec.of(entry.streamType(), section, entry.descriptors(), entry.end());
            roles[entry.pid()] = (byte) codec.ordinal();
            streams.add(new Psi.EsInfo(entry.pid(), entry.streamType(), codec.kind()));
        }
        roles[0] = ROLE_PAT;
        roles[pmtPid] = ROLE_PMT;
        pcrs.follow(PsiSections.pcrPid(section));
        Psi now = new Psi(number, pmtPid, pcrs.pid(), List.copyOf(streams),
                PsiSections.reducedPat(pat, number, pmtPid), section);
        psi = now;
        events.program(now);
    }

    private SectionAssembler.Target target(java.util.function.Consumer<byte[]> good) {
        return new SectionAssembler.Target() {
            @Override
            public void section(byte[] section) {
                good.accept(section);
            }

            @Override
            public void bad() {
                events.fault(offset, TsFault.BAD_SECTION);
            }
        };
    }
}
