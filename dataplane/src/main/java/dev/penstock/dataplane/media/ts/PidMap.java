package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the elementary streams of a later source go, and the PMT that says so. Immutable once planned.
 *
 * @param pids source PID to PID on the way out, for elementary streams and the PCR
 * @param tables what the way out says while this source plays
 * @param newTables whether {@code tables} differ from those of the first source
 */
record PidMap(Map<Integer, Integer> pids, Psi tables, boolean newTables) {
    /**
     * Plans.
     *
     * <p>Same shape, that is the same stream types of video and audio in any order and number by number: the first source's
     * PIDs and tables; data streams that have no counterpart are left out. Another shape, or a PCR that comes on another of
     * the PIDs: the tables change, under the first source's program number and PMT PID.
     *
     * @param first tables of the first source
     * @param current tables told last; a change raises their version
     * @param source tables of the source to map
     */
    static PidMap plan(Psi first, Psi current, Psi source) {
        Map<Integer, Integer> pids = new LinkedHashMap<>();
        boolean same = shape(first).equals(shape(source));
        for (Psi.EsInfo es : source.streams()) {
            int out = same ? counterpart(first, source, es) : free(es.pid(), first.pmtPid(), pids);
            if (out >= 0) {
                pids.put(es.pid(), out);
            }
        }
        if (!pids.containsKey(source.pcrPid())) {
            pids.put(source.pcrPid(), same ? first.pcrPid() : free(source.pcrPid(), first.pmtPid(), pids));
        }
        int pcrPid = pids.get(source.pcrPid());
        byte[] body = same ? first.pmtSection().clone() : renumbered(source, pids, first.programNumber());
        if (PsiSections.pcrPid(body) != pcrPid) {
            setPcrPid(body, pcrPid);
        }
        Psi tables = versioned(first, current, pcrPid, body);
        return new PidMap(Map.copyOf(pids), tables, !same || pcrPid != first.pcrPid());
    }

    private static List<Integer> shape(Psi psi) {
        return psi.streams().stream().filter(es -> es.kind() != Psi.Kind.OTHER).map(Psi.EsInfo::streamType).sorted()
                .toList();
    }

    /** The first source's PID of the n-th stream of a type, for the source's n-th stream of that type; -1 when none. */
    private static int counterpart(Psi first, Psi source, Psi.EsInfo es) {
        int nth = 0;
        for (Psi.EsInfo other : source.streams().subList(0, source.streams().indexOf(es))) {
            nth += alike(other, es) ? 1 : 0;
        }
        for (Psi.EsInfo candidate : first.streams()) {
            if (alike(candidate, es) && nth-- == 0) {
                return candidate.pid();
            }
        }
        return -1;
    }

    private static boolean alike(Psi.EsInfo a, Psi.EsInfo b) {
        return a.streamType() == b.streamType() && a.kind() == b.kind();
    }

    /** The PID itself unless it is taken; then the next that is not. */
    private static int free(int wanted, int pmtPid, Map<Integer, Integer> taken) {
        int pid = wanted;
        if (pid == TsPacket.NULL_PID) {
            return pid;
        }
        while (pid < 0x10 || pid == pmtPid || taken.containsValue(pid)) {
            pid = pid >= 0x1FFE ? 0x100 : pid + 1;
        }
        return pid;
    }

    private static byte[] renumbered(Psi source, Map<Integer, Integer> pids, int programNumber) {
        byte[] section = source.pmtSection().clone();
        section[3] = (byte) (programNumber >> 8);
        section[4] = (byte) programNumber;
        for (PsiSections.Entry entry : PsiSections.entries(section)) {
            int pid = pids.get(entry.pid());
            section[entry.at() + 1] = (byte) (0xE0 | pid >> 8);
            section[entry.at() + 2] = (byte) pid;
        }
        return section;
    }

    private static void setPcrPid(byte[] pmt, int pid) {
        pmt[8] = (byte) (0xE0 | pid >> 8);
        pmt[9] = (byte) pid;
    }

    /** Keeps the version when nothing else differs from the tables told last, else takes the next one. */
    private static Psi versioned(Psi first, Psi current, int pcrPid, byte[] body) {
        body[5] = current.pmtSection()[5];
        PsiSections.seal(body);
        if (!Arrays.equals(body, current.pmtSection())) {
            int version = (current.pmtSection()[5] >> 1 & 0x1F) + 1;
            body[5] = (byte) (0xC1 | (version & 0x1F) << 1);
            PsiSections.seal(body);
        }
        List<Psi.EsInfo> streams = new ArrayList<>();
        for (PsiSections.Entry entry : PsiSections.entries(body)) {
            EsCodec codec = EsCodec.of(entry.streamType(), body, entry.descriptors(), entry.end());
            streams.add(new Psi.EsInfo(entry.pid(), entry.streamType(), codec.kind()));
        }
        return new Psi(first.programNumber(), first.pmtPid(), pcrPid, List.copyOf(streams), first.patSection(), body);
    }
}
