package dev.penstock.dataplane.media.fmp4;

import java.util.Optional;

import io.netty.buffer.ByteBuf;

import dev.penstock.dataplane.media.Codec;
import dev.penstock.dataplane.media.Track;
import dev.penstock.dataplane.media.aac.AudioSpecificConfig;
import dev.penstock.dataplane.media.h264.AvcConfig;
import dev.penstock.dataplane.media.h265.HevcConfig;
import dev.penstock.dataplane.media.opus.OpusHead;

/**
 * A track that is written as CMAF. Immutable.
 *
 * @param codec how it is coded
 * @param config what stands in the sample entry's configuration box, in its form; empty where there is none. Not changed by anybody
 * @param timescale ticks per second: 90,000 for video, samples per second for audio
 * @param frameTicks duration of each access unit in ticks; 0 when they differ
 * @param codecs RFC 6381
 * @param width pixels; 0 for audio
 * @param height pixels; 0 for audio
 * @param frameRate frames per second as the stream's headers tell; 0 when they do not, and for audio
 * @param sampleRate samples per second that are played; 0 for video
 * @param channels 0 for video
 */
public record OutputTrack(Codec codec, byte[] config, int timescale, int frameTicks, String codecs, int width,
        int height, double frameRate, int sampleRate, int channels) {
    /** Ticks per second of video. */
    public static final int VIDEO_TIMESCALE = 90_000;
    private static final int OPUS_RATE = 48_000;
    /** So that lengths of descriptors fit into one byte. */
    private static final int MOST_CONFIG_BYTES = 100;

    /**
     * What a track of a source is in CMAF.
     *
     * @param track as the source announced it
     * @param first an access unit of it: AC-3 and MPEG audio say there what others say in their configuration; not changed
     * @return empty when it is damaged, or of a coding that is not written: AV1
     */
    public static Optional<OutputTrack> of(Track track, ByteBuf first) {
        byte[] config = track.config();
        return switch (track.codec()) {
            case H264 -> AvcConfig.parse(config).flatMap(avc -> avc.shape().map(sps -> video(Codec.H264, avc.bytes(),
                    sps.codec(), sps.width(), sps.height(), sps.frameRate())));
            case H265 -> HevcConfig.parse(config).flatMap(hevc -> hevc.shape().map(sps -> video(Codec.H265,
                    hevc.bytes(), sps.codec(), sps.width(), sps.height(), 0)));
            case AAC -> AudioSpecificConfig.parse(config)
                    .filter(c -> c.sampleRate() >= 1000 && config.length <= MOST_CONFIG_BYTES)
                    .map(c -> audio(Codec.AAC, config, c.sampleRate(), c.frameSamples(), c.codec(),
                            Math.max(c.sbrRate(), c.sampleRate()), c.parametricStereo() ? 2 : c.channels()));
            case OPUS -> OpusHead.parse(config)
                    .map(head -> audio(Codec.OPUS, config, OPUS_RATE, 0, "opus", OPUS_RATE, head.channels()));
            case AC3, MPEG_AUDIO -> FrameHeader.of(track.codec(), first)
                    .map(f -> audio(track.codec(), f.config(), f.sampleRate(), f.samples(), f.codecs(), f.sampleRate(),
                            f.channels()));
            case AV1 -> Optional.empty();
        };
    }

    private static OutputTrack video(Codec codec, byte[] config, String codecs, int width, int height, double rate) {
        return new OutputTrack(codec, config, VIDEO_TIMESCALE, 0, codecs, width, height, rate, 0, 0);
    }

    private static OutputTrack audio(Codec codec, byte[] config, int timescale, int frameTicks, String codecs,
            int sampleRate, int channels) {
        return new OutputTrack(codec, config, timescale, frameTicks, codecs, 0, 0, 0, sampleRate, channels);
    }
}
