package dev.penstock.dataplane.media.ts;

import java.util.ArrayList;
import java.util.List;

/** Reads and makes sections of PAT and PMT (ISO/IEC 13818-1 2.4.4.3, 2.4.4.8) whose CRC-32 was checked. */
final class PsiSections {
    private static final int PAT_ID = 0x00;
    private static final int PMT_ID = 0x02;
    private static final int CRC = 4;

    private PsiSections() {}

    /** True when the section is a PAT that is in force now. */
    static boolean isPat(byte[] section) {
        return (section[0] & 0xFF) == PAT_ID && (section[5] & 1) == 1 && section.length >= 12;
    }

    /**
     * The first program of a PAT section, network information left out: {@code program_number << 16 | pid}, or -1 when it has
     * none.
     */
    static int firstProgram(byte[] pat) {
        for (int at = 8; at + 4 <= pat.length - CRC; at += 4) {
            int number = u16(pat, at);
            if (number != 0) {
                return number << 16 | (u16(pat, at + 2) & 0x1FFF);
            }
        }
        return -1;
    }

    /** A PAT section with one program and the version and transport_stream_id of the one given. */
    static byte[] reducedPat(byte[] pat, int programNumber, int pmtPid) {
        byte[] out = {0, (byte) 0xB0, 13, pat[3], pat[4], pat[5], 0, 0, (byte) (programNumber >> 8),
                (byte) programNumber, (byte) (0xE0 | (pmtPid >> 8)), (byte) pmtPid, 0, 0, 0, 0};
        seal(out);
        return out;
    }

    /** True when the section is the PMT of the program, is in force now, and its lengths fit. */
    static boolean isPmt(byte[] section, int programNumber) {
        return (section[0] & 0xFF) == PMT_ID && section.length >= 16 && (section[5] & 1) == 1
                && u16(section, 3) == programNumber && firstStream(section) <= section.length - CRC;
    }

    /** PCR_PID of a PMT. */
    static int pcrPid(byte[] pmt) {
        return u16(pmt, 8) & 0x1FFF;
    }

    /** Offset of the first elementary stream's entry in a PMT. */
    static int firstStream(byte[] pmt) {
        return 12 + (u16(pmt, 10) & 0x0FFF);
    }

    /** A stream entry of a PMT. */
    record Entry(int at, int streamType, int pid, int descriptors, int end) {}

    /** Stream entries of a PMT; stops where lengths do not fit. */
    static List<Entry> entries(byte[] pmt) {
        List<Entry> entries = new ArrayList<>();
        int end = pmt.length - CRC;
        int at = firstStream(pmt);
        while (at + 5 <= end) {
            int next = at + 5 + (u16(pmt, at + 3) & 0x0FFF);
            if (next > end) {
                break;
            }
            entries.add(new Entry(at, pmt[at] & 0xFF, u16(pmt, at + 1) & 0x1FFF, at + 5, next));
            at = next;
        }
        return entries;
    }

    /** Writes the CRC-32 into the last four bytes. */
    static void seal(byte[] section) {
        int crc = Crc32Mpeg.of(section, 0, section.length - CRC);
        for (int i = 0; i < CRC; i++) {
            section[section.length - CRC + i] = (byte) (crc >>> (24 - 8 * i));
        }
    }

    static int u16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }
}
