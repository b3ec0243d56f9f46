package dev.penstock.dataplane.media.ts;

import java.util.List;

/**
 * The tables of the one program that is followed (the first of the PAT).
 *
 * @param programNumber program_number of the PMT
 * @param pmtPid PID of the PMT
 * @param pcrPid PID that carries the PCR
 * @param streams elementary streams in the order of the PMT
 * @param patSection the PAT reduced to this program: section bytes from table_id to CRC-32
 * @param pmtSection the PMT as received: section bytes from table_id to CRC-32
 */
public record Psi(int programNumber, int pmtPid, int pcrPid, List<EsInfo> streams, byte[] patSection,
        byte[] pmtSection) {
    /**
     * An elementary stream.
     *
     * @param pid its PID
     * @param streamType stream_type (ISO/IEC 13818-1 table 2-34)
     * @param kind what it carries
     */
    public record EsInfo(int pid, int streamType, Kind kind) {}

    /** What an elementary stream carries. */
    public enum Kind {
        /** Video that can be cut at keyframes. */
        VIDEO,
        /** Audio. */
        AUDIO,
        /** Anything else; passed through. */
        OTHER
    }

    /** The PID that decides where to cut: the first video, or the first audio when there is no video; -1 when neither. */
    public int leadPid() {
        for (Kind wanted : List.of(Kind.VIDEO, Kind.AUDIO)) {
            for (EsInfo es : streams) {
                if (es.kind() == wanted) {
                    return es.pid();
                }
            }
        }
        return -1;
    }

    /** True when the lead PID carries video. */
    public boolean hasVideo() {
        return streams.stream().anyMatch(es -> es.kind() == Kind.VIDEO);
    }
}
