package dev.penstock.dataplane.media.fmp4;

/**
 * What a CMAF header says of its track, with a sample entry that is taken as it is.
 *
 * @param video whether it is video; else it is audio
 * @param entry the sample entry, a whole box; not changed by anybody
 * @param timescale ticks per second
 * @param width pixels; 0 for audio
 * @param height pixels; 0 for audio
 * @param language as mdhd packs it (ISO/IEC 14496-12 8.4.2)
 * @param startTicks composition time at which the presentation begins: the media_time of an edit list (8.6.6); 0 for none
 * @param matrix 36 bytes (8.3.2), how the picture is turned; empty for not at all
 */
public record TrackHead(boolean video, byte[] entry, int timescale, int width, int height, int language,
        long startTicks, byte[] matrix) {}
