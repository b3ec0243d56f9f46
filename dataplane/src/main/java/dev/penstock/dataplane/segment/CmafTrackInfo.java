package dev.penstock.dataplane.segment;

/**
 * What a rendition carries, for CODECS, RESOLUTION and the like.
 *
 * @param codecs RFC 6381, such as {@code avc1.64001f}
 * @param width pixels; 0 for audio
 * @param height pixels; 0 for audio
 * @param frameRate frames per second; 0 while unknown, and for audio
 * @param sampleRate Hz; 0 for video
 * @param channels channels; 0 for video
 */
public record CmafTrackInfo(String codecs, int width, int height, double frameRate, int sampleRate, int channels) {}
