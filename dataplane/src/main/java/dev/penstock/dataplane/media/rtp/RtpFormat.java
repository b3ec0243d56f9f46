package dev.penstock.dataplane.media.rtp;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.penstock.dataplane.media.Codec;

/**
 * How a track's RTP payload is coded, as an SDP says it.
 *
 * @param payloadType RTP payload type
 * @param encoding encoding name in upper case: {@code H264}, {@code MPEG4-GENERIC}
 * @param clockRate ticks of RTP timestamps in a second
 * @param channels of audio; 1 when not told
 * @param parameters format parameters, names in lower case
 */
public record RtpFormat(int payloadType, String encoding, int clockRate, int channels, Map<String, String> parameters) {
    /** Rates that G.711 comes in and AAC knows. */
    private static final Set<Integer> G711_RATES = Set.of(8_000, 16_000, 24_000, 32_000, 48_000);

    /** Copies the parameters. */
    public RtpFormat {
        parameters = Map.copyOf(parameters);
    }

    /** What it becomes; empty when it is not served. G.711 becomes AAC. */
    public Optional<Codec> codec() {
        return switch (encoding) {
            case "H264" -> Optional.of(Codec.H264);
            case "H265" -> Optional.of(Codec.H265);
            case "OPUS" -> Optional.of(Codec.OPUS);
            case "PCMU", "PCMA" -> channels == 1 && G711_RATES.contains(clockRate)
                    ? Optional.of(Codec.AAC)
                    : Optional.empty();
            case "MPEG4-GENERIC" -> GenericHeaders.of(parameters).map(headers -> Codec.AAC);
            case "MP4A-LATM" -> LatmConfig.isInBand(parameters)
                    ? Optional.of(Codec.AAC)
                    : LatmConfig.of(parameters).map(config -> Codec.AAC);
            default -> Optional.empty();
        };
    }

    /** Whether it is G.711, which has to be coded anew. */
    public boolean isG711() {
        return encoding.equals("PCMU") || encoding.equals("PCMA");
    }

    /** A parameter in hexadecimal digits; empty when there is none or it is none. */
    Optional<byte[]> hex(String name) {
        return hex(parameters, name);
    }

    static Optional<byte[]> hex(Map<String, String> parameters, String name) {
        String text = parameters.getOrDefault(name, "").strip();
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(HexFormat.of().parseHex(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A parameter as a number from 0; the default when there is none or it is none. */
    static int number(Map<String, String> parameters, String name, int otherwise) {
        try {
            int value = Integer.parseInt(parameters.getOrDefault(name, "").strip());
            return value < 0 ? otherwise : value;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
