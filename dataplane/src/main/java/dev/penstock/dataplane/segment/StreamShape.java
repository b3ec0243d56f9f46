package dev.penstock.dataplane.segment;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h264.H264Sps;
import dev.penstock.dataplane.media.h265.H265Sps;
import dev.penstock.dataplane.media.h265.HevcConfig;

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

    /**
     * What the tracks of a source say, before anything is cut.
     *
     * @param tracks as the source announced them
     * @param frameRate what was measured, 0 while unknown
     */
    public static StreamShape of(List<Track> tracks, double frameRate) {
        int width = 0;
        int height = 0;
        double rate = 0;
        Set<String> codecs = new LinkedHashSet<>();
        for (Track track : tracks) {
            switch (track.codec()) {
                case H264 -> {
                    Optional<H264Sps> sps = AvcConfig.parse(track.config()).flatMap(AvcConfig::shape);
                    sps.ifPresent(s -> codecs.add(s.codec()));
                    width = sps.map(H264Sps::width).orElse(0);
                    height = sps.map(H264Sps::height).orElse(0);
                    rate = sps.map(H264Sps::frameRate).orElse(0.0);
                    rate = rate > 0 ? rate : frameRate;
                }
                case H265 -> {
                    Optional<H265Sps> sps = HevcConfig.parse(track.config()).flatMap(HevcConfig::shape);
                    sps.ifPresent(s -> codecs.add(s.codec()));
                    width = sps.map(H265Sps::width).orElse(0);
                    height = sps.map(H265Sps::height).orElse(0);
                    rate = frameRate;
                }
                case AAC -> AudioSpecificConfig.parse(track.config()).ifPresent(c -> codecs.add(c.codec()));
                case OPUS -> codecs.add("opus");
                case AC3 -> codecs.add("ac-3");
                case AV1, MPEG_AUDIO -> {
                    // The first is not served, of the second only its frames tell the layer.
                }
            }
        }
        return new StreamShape(String.join(",", codecs), width, height, rate);
    }
}
