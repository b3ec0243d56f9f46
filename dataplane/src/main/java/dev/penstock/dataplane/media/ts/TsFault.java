package dev.penstock.dataplane.media.ts;

/** Faults of a transport stream that are counted and survived. */
public enum TsFault {
    /** Bytes were skipped until packets were found again. */
    SYNC_LOSS,
    /** A continuity counter jumped (ISO/IEC 13818-1 2.4.3.3). */
    CONTINUITY,
    /** The sender marked a packet as damaged. */
    TRANSPORT_ERROR,
    /** A payload is scrambled. */
    SCRAMBLED,
    /** A PCR jumped by more than 1 s, or backwards, without an announcement. */
    PCR_JUMP,
    /** A section failed its CRC-32 or has an impossible length. */
    BAD_SECTION,
    /** A PES header is damaged. */
    BAD_PES
}
