package dev.penstock.dataplane.media.rtp;

import java.util.Map;
import java.util.Optional;

import dev.penstock.dataplane.media.aac.AudioSpecificConfig;

/**
 * A StreamMuxConfig (ISO/IEC 14496-3 1.7.3) as an SDP tells it: one program, one layer.
 *
 * @param audio the frames' configuration
 * @param frames audio frames in a multiplex element
 */
record LatmConfig(AudioSpecificConfig audio, int frames) {
    /** Bits before the AudioSpecificConfig: audioMuxVersion, allStreamsSameTimeFraming, numSubFrames, numProgram, numLayer. */
    private static final int BITS_BEFORE = 15;

    /** Whether elements bring their configuration along (RFC 6416 7.3: cpresent, by default they do). */
    static boolean isInBand(Map<String, String> parameters) {
        return !parameters.getOrDefault("cpresent", "1").strip().equals("0");
    }

    /** What the SDP tells of elements that bring none. */
    static Optional<LatmConfig> of(Map<String, String> parameters) {
        return RtpFormat.hex(parameters, "config").flatMap(LatmConfig::parse);
    }

    private static Optional<LatmConfig> parse(byte[] mux) {
        if (mux.length < 4) {
            return Optional.empty();
        }
        int head = (mux[0] & 0xFF) << 8 | (mux[1] & 0xFF);
        boolean simple = (head & 0x8000) == 0 && (head & 0x4000) != 0 && (head & 0x00FE) == 0;
        if (!simple) {
            return Optional.empty();
        }
        byte[] audio = new byte[mux.length - 1];
        for (int i = 0; i < audio.length; i++) {
            int next = i + 2 < mux.length ? mux[i + 2] & 0xFF : 0;
            audio[i] = (byte) (mux[i + 1] << (BITS_BEFORE - 8) | next >> (16 - BITS_BEFORE));
        }
        return AudioSpecificConfig.parse(audio).map(config -> new LatmConfig(config, (head >> 8 & 0x3F) + 1));
    }
}
