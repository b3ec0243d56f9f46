package dev.penstock.dataplane.media.ts;

/**
 * What {@link TsParser} tells about the packets it is shown. Offsets count from the reader index of the buffer given to
 * {@link TsParser#parse}, and point to the first byte of a packet.
 */
public interface TsEvents {
    /**
     * The program's tables are complete, or differ from those told before. Comes before any other event about the program.
     *
     * @param psi the tables and what they say
     */
    void program(Psi psi);

    /**
     * A PES packet starts.
     *
     * @param offset where its first transport packet starts
     * @param pes what its header says
     */
    void pes(int offset, PesStart pes);

    /**
     * A program clock reference.
     *
     * @param offset where its packet starts
     * @param pcr27Mhz ticks of 27 MHz, 0 to (2^33 * 300) - 1
     * @param discontinuity the packet's discontinuity_indicator
     */
    void pcr(int offset, long pcr27Mhz, boolean discontinuity);

    /**
     * Something is wrong with a packet; the parser goes on.
     *
     * @param offset where the packet starts
     * @param kind what is wrong
     */
    void fault(int offset, TsFault kind);
}
