package dev.penstock.dataplane.media.mp4;

/**
 * How a track is coded, as its sample entry says (ISO/IEC 14496-12 8.5.2). Immutable.
 *
 * @param video whether it is video; else it is audio
 * @param entry the sample entry, a whole box, in the form of ISO files; not changed by anybody
 * @param codecs RFC 6381
 * @param width pixels; 0 for audio
 * @param height pixels; 0 for audio
 * @param sampleRate samples per second that are played; 0 for video
 * @param channels 0 for video
 */
public record TrackCoding(boolean video, byte[] entry, String codecs, int width, int height, int sampleRate,
        int channels) {}
