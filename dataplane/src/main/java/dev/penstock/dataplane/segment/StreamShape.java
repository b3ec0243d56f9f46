package dev.penstock.dataplane.segment;

/**
 * What a stream carries, as far as its headers told.
 *
 * @param codecs CODECS attribute (RFC 6381), comma separated, or empty while unknown
 * @param width pixels, 0 while unknown or without video
 * @param height pixels, 0 while unknown or without video
 * @param frameRate frames per second, 0 while unknown
 */
public record StreamShape(String codecs, int width, int height, double frameRate) {
    /** Nothing known yet. */
    public static final StreamShape UNKNOWN = new StreamShape("", 0, 0, 0);
}
