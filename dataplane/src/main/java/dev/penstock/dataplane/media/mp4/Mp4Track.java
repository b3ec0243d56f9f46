package dev.penstock.dataplane.media.mp4;

/**
 * A track of a file. Immutable.
 *
 * @param coding how it is coded
 * @param timescale ticks per second
 * @param language as mdhd packs it (ISO/IEC 14496-12 8.4.2)
 * @param matrix how the picture is turned, 36 bytes of tkhd
 * @param edit which part of it is presented, and when
 * @param samples its access units
 */
public record Mp4Track(TrackCoding coding, int timescale, int language, byte[] matrix, Edit edit,
        SampleTable samples) {
    /**
     * The edit list as far as it is served: something empty, then one part of the media (ISO/IEC 14496-12 8.6.6).
     *
     * @param delayTicks nothing is presented for so long
     * @param startTicks composition time that is presented then
     * @param endTicks composition time at which the presentation ends
     */
    public record Edit(long delayTicks, long startTicks, long endTicks) {
        /** All of the media, from time 0. */
        public static final Edit NONE = new Edit(0, 0, Long.MAX_VALUE);
    }

    /** What is added to a composition time to get the time of its presentation. */
    public long shiftTicks() {
        return edit.delayTicks() - edit.startTicks();
    }
}
