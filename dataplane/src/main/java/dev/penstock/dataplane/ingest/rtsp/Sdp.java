package dev.penstock.dataplane.ingest.rtsp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.penstock.dataplane.media.rtp.RtpFormat;

/**
 * What is used of a session description (RFC 4566): media in their order. Lines that make no sense are left out; where a camera
 * leaves out what it should say, the usual is taken.
 *
 * @param control of the whole session; empty when not told
 * @param media in their order
 */
record Sdp(String control, List<Media> media) {
    /**
     * A medium.
     *
     * @param kind {@code video}, {@code audio} or another
     * @param control where it is set up; empty when not told
     * @param format how it is coded; the encoding is empty when nothing tells
     */
    record Media(String kind, String control, RtpFormat format) {}

    /** Reads a description. */
    static Sdp parse(String text, int maxMedia) {
        String session = "";
        List<Media> media = new ArrayList<>();
        Draft draft = null;
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            if (line.startsWith("m=")) {
                if (draft != null) {
                    draft.finish(media);
                }
                if (media.size() == maxMedia) {
                    draft = null;
                    break;
                }
                draft = new Draft(line.substring(2));
            } else if (line.startsWith("a=")) {
                String attribute = line.substring(2);
                if (draft != null) {
                    draft.attribute(attribute);
                } else if (attribute.startsWith("control:")) {
                    session = attribute.substring(8).strip();
                }
            }
        }
        if (draft != null) {
            draft.finish(media);
        }
        return new Sdp(session, List.copyOf(media));
    }

    /** A medium of which more lines may follow. */
    private static final class Draft {
        private final String kind;
        private final List<Integer> types = new ArrayList<>();
        private final Map<Integer, String> maps = new HashMap<>();
        private final Map<Integer, Map<String, String>> parameters = new HashMap<>();
        private String control = "";
        private boolean wanted = true;

        Draft(String line) {
            String[] words = line.split("\\s+");
            kind = words[0].toLowerCase(Locale.ROOT);
            for (int i = 3; i < words.length; i++) {
                int type = number(words[i], -1);
                if (type >= 0 && type < 128) {
                    types.add(type);
                }
            }
        }

        void attribute(String attribute) {
            int colon = attribute.indexOf(':');
            String name = colon < 0 ? attribute : attribute.substring(0, colon);
            String value = colon < 0 ? "" : attribute.substring(colon + 1).strip();
            String[] words = value.split("\\s+", 2);
            switch (name) {
                case "control" -> control = value;
                // A way back to the camera's loudspeaker.
                case "sendonly" -> wanted = false;
                case "rtpmap" -> maps.put(number(words[0], -1), words.length > 1 ? words[1] : "");
                case "fmtp" -> parameters.computeIfAbsent(number(words[0], -1), type -> new HashMap<>())
                        .putAll(parameters(words.length > 1 ? words[1] : ""));
                default -> {
                    // Of no use here.
                }
            }
        }

        /** The first payload type that is served, else the first. */
        void finish(List<Media> media) {
            if (!wanted || types.isEmpty()) {
                return;
            }
            List<RtpFormat> formats = types.stream().map(this::format).toList();
            media.add(new Media(kind, control,
                    formats.stream().filter(f -> f.codec().isPresent()).findFirst().orElse(formats.getFirst())));
        }

        private RtpFormat format(int type) {
            Map<String, String> told = parameters.getOrDefault(type, Map.of());
            String map = maps.get(type);
            if (map == null && maps.size() == 1 && types.size() == 1) {
                // One type in the m line and another in the rtpmap: they mean each other.
                map = maps.values().iterator().next();
                told = parameters.values().stream().findFirst().orElse(Map.of());
            }
            String[] parts = (map == null || map.isBlank() ? usual(type, told) : map).split("/");
            String encoding = parts[0].strip().toUpperCase(Locale.ROOT);
            int rate = parts.length > 1 ? number(parts[1].strip(), 0) : 0;
            int channels = parts.length > 2 ? number(parts[2].strip(), 1) : 1;
            return new RtpFormat(type, encoding.equals("HEVC") ? "H265" : encoding,
                    rate > 0 && rate <= 1_000_000 ? rate : usualRate(), Math.clamp(channels, 1, 8), told);
        }

        private int usualRate() {
            return kind.equals("video") ? 90_000 : 8_000;
        }

        /** What a type without rtpmap is: by RFC 3551 6, or by parameters that only one coding has. */
        private static String usual(int type, Map<String, String> told) {
            return switch (type) {
                case 0 -> "PCMU/8000";
                case 3 -> "GSM/8000";
                case 8 -> "PCMA/8000";
                case 9 -> "G722/8000";
                case 14 -> "MPA/90000";
                case 26 -> "JPEG/90000";
                case 32 -> "MPV/90000";
                case 33 -> "MP2T/90000";
                case 34 -> "H263/90000";
                default -> told.containsKey("sprop-sps")
                        ? "H265/90000"
                        : told.containsKey("sprop-parameter-sets") ? "H264/90000" : "";
            };
        }

        private static Map<String, String> parameters(String text) {
            Map<String, String> parameters = new HashMap<>();
            for (String part : text.split(";")) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    parameters.put(part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                            part.substring(equals + 1).strip());
                }
            }
            return parameters;
        }

        private static int number(String text, int otherwise) {
            try {
                return Integer.parseInt(text);
            } catch (NumberFormatException e) {
                return otherwise;
            }
        }
    }
}
