package dev.penstock.dataplane.ingest.hls;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Reads a playlist (RFC 8216). Pure. What it does not know is passed over, as the RFC wants; what would make the segments something
 * else than MPEG-TS in the clear or of AES-128, or fMP4 in the clear, is refused by name.
 */
final class PlaylistDecoder {
    private static final String SEGMENTS = "(expected: MPEG-TS segments, in the clear or with AES-128, or fMP4 in the clear)";
    /** Numbers in a playlist stay far from overflow. */
    private static final long MAX_NUMBER = 1L << 60;
    private static final double MAX_SECONDS = 86_400;

    private final List<Playlist.Variant> variants = new ArrayList<>();
    private final List<Playlist.Segment> segments = new ArrayList<>();
    /** Audio groups, and whether each of their members lies in a playlist of its own. */
    private final Map<String, Boolean> audioElsewhere = new HashMap<>();
    private @Nullable Map<String, String> variant;
    private @Nullable Duration extinf;
    private @Nullable Duration target;
    private Optional<Playlist.Range> range = Optional.empty();
    private String rangeUri = "";
    private long rangeEnd;
    private long rangeLength = -1;
    private long rangeOffset = -1;
    private long firstSequence;
    private Optional<Map<String, String>> key = Optional.empty();
    private Optional<Playlist.Section> section = Optional.empty();
    private boolean discontinuity;
    private boolean gap;
    private boolean ended;
    private boolean whole;

    private PlaylistDecoder() {}

    /**
     * Reads a playlist.
     *
     * @throws PlaylistException when it is none, or one that cannot be played
     */
    static Playlist decode(String text) throws PlaylistException {
        PlaylistDecoder decoder = new PlaylistDecoder();
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (!body.startsWith("#EXTM3U")) {
            throw new PlaylistException("is no playlist (expected: #EXTM3U in the first line)");
        }
        for (String line : (Iterable<String>) body.lines()::iterator) {
            decoder.line(line.strip());
        }
        return decoder.end();
    }

    private void line(String line) throws PlaylistException {
        if (line.isEmpty()) {
            return;
        }
        if (!line.startsWith("#")) {
            uri(line);
            return;
        }
        int colon = line.indexOf(':');
        String tag = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        switch (tag) {
            case "#EXTINF" -> extinf = duration(tag, value.split(",", 2)[0]);
            case "#EXT-X-TARGETDURATION" -> target = duration(tag, value);
            case "#EXT-X-MEDIA-SEQUENCE" -> firstSequence = number(tag, value);
            case "#EXT-X-DISCONTINUITY" -> discontinuity = true;
            case "#EXT-X-GAP" -> gap = true;
            case "#EXT-X-ENDLIST" -> ended = true;
            case "#EXT-X-PLAYLIST-TYPE" -> whole = true;
            case "#EXT-X-BYTERANGE" -> byteRange(tag, value);
            case "#EXT-X-STREAM-INF" -> variant = AttributeList.read(value);
            case "#EXT-X-MEDIA" -> media(AttributeList.read(value));
            case "#EXT-X-KEY" -> key(AttributeList.read(value));
            case "#EXT-X-MAP" -> map(tag, AttributeList.read(value));
            case "#EXT-X-DEFINE" -> throw new PlaylistException(
                    "has variables (EXT-X-DEFINE), not served (expected: URIs as they are)");
            case "#EXT-X-I-FRAMES-ONLY" -> throw new PlaylistException(
                    "holds key frames only (EXT-X-I-FRAMES-ONLY; expected: a playlist of whole segments)");
            default -> {
                // Comments, and tags that say nothing about what to fetch.
            }
        }
    }

    private void uri(String uri) {
        Map<String, String> attributes = variant;
        if (attributes != null) {
            variant = null;
            long bandwidth = 0;
            try {
                bandwidth = Math.max(0, Long.parseLong(attributes.getOrDefault("BANDWIDTH", "0")));
            } catch (NumberFormatException e) {
                // Still a variant, only the last one to be chosen.
            }
            variants.add(new Playlist.Variant(uri, bandwidth, Optional.ofNullable(attributes.get("AUDIO"))));
            return;
        }
        Duration duration = extinf;
        if (duration != null) {
            takeRange(uri);
            segments.add(new Playlist.Segment(uri, duration, discontinuity, gap, range, segmentKey(),
                    section));
            extinf = null;
            discontinuity = false;
            gap = false;
            range = Optional.empty();
        }
    }

    /** A range without offset begins where the one before in the same resource ended (RFC 8216 4.3.2.2). */
    private void takeRange(String uri) {
        if (rangeLength < 0) {
            rangeUri = "";
            return;
        }
        long offset = rangeOffset >= 0 ? rangeOffset : rangeUri.equals(uri) ? rangeEnd : 0;
        range = Optional.of(new Playlist.Range(offset, rangeLength));
        rangeUri = uri;
        rangeEnd = offset + rangeLength;
        rangeLength = -1;
        rangeOffset = -1;
    }

    private void byteRange(String tag, String value) throws PlaylistException {
        String[] parts = value.split("@", 2);
        rangeLength = number(tag, parts[0]);
        rangeOffset = parts.length > 1 ? number(tag, parts[1]) : -1;
        if (rangeLength < 1) {
            throw new PlaylistException("has an empty " + tag + ":" + shown(value));
        }
    }

    private void media(Map<String, String> attributes) {
        if ("AUDIO".equals(attributes.get("TYPE")) && attributes.containsKey("GROUP-ID")) {
            audioElsewhere.merge(attributes.getOrDefault("GROUP-ID", ""), attributes.containsKey("URI"),
                    Boolean::logicalAnd);
        }
    }

    /** Holds for the segments that follow; encrypted ones only with MPEG-TS. */
    private void map(String tag, Map<String, String> attributes) throws PlaylistException {
        String uri = attributes.getOrDefault("URI", "");
        if (uri.isEmpty() || key.isPresent()) {
            throw new PlaylistException("says " + tag + (uri.isEmpty() ? " without URI" : " with a key") + " "
                    + SEGMENTS);
        }
        Optional<Playlist.Range> part = Optional.empty();
        if (attributes.containsKey("BYTERANGE")) {
            String[] parts = attributes.getOrDefault("BYTERANGE", "").split("@", 2);
            long length = number(tag, parts[0]);
            part = Optional.of(new Playlist.Range(parts.length > 1 ? number(tag, parts[1]) : 0, Math.max(1, length)));
        }
        section = Optional.of(new Playlist.Section(uri, part));
    }

    /** Holds for the segments that follow (RFC 8216 4.3.2.4). */
    private void key(Map<String, String> attributes) throws PlaylistException {
        String method = attributes.getOrDefault("METHOD", "");
        boolean isPlain = attributes.getOrDefault("KEYFORMAT", "identity").equals("identity")
                && attributes.containsKey("URI");
        if (method.equals("NONE")) {
            key = Optional.empty();
        } else if (method.equals("AES-128") && isPlain && section.isEmpty()) {
            if (!attributes.getOrDefault("IV", "0x0").matches("0[xX][0-9a-fA-F]{1,32}")) {
                throw new PlaylistException("says #EXT-X-KEY with IV=" + shown(attributes.getOrDefault("IV", ""))
                        + " (expected: 0x and up to 32 hexadecimal digits)");
            }
            key = Optional.of(attributes);
        } else {
            throw new PlaylistException(
                    "is encrypted (EXT-X-KEY METHOD=" + shown(method) + "), not served " + SEGMENTS);
        }
    }

    /** Without a vector of its own a segment has its number for one (RFC 8216 5.2). */
    private Optional<Playlist.Key> segmentKey() {
        return key.map(attributes -> {
            String uri = attributes.getOrDefault("URI", "");
            String vector = attributes.get("IV");
            if (vector == null) {
                return new Playlist.Key(uri, 0, firstSequence + segments.size());
            }
            String hex = "0".repeat(32 - (vector.length() - 2)) + vector.substring(2);
            return new Playlist.Key(uri, Long.parseUnsignedLong(hex.substring(0, 16), 16),
                    Long.parseUnsignedLong(hex.substring(16), 16));
        });
    }

    private Playlist end() throws PlaylistException {
        if (!variants.isEmpty()) {
            return new Playlist.Master(variants.stream().map(v -> new Playlist.Variant(v.uri(), v.bandwidth(),
                    v.audioElsewhere().filter(group -> audioElsewhere.getOrDefault(group, false)))).toList());
        }
        Duration longest = target;
        if (longest == null) {
            throw new PlaylistException("has neither variants nor EXT-X-TARGETDURATION (expected: one of them)");
        }
        return new Playlist.Media(longest, firstSequence, segments, ended, whole);
    }

    private static Duration duration(String tag, String value) throws PlaylistException {
        try {
            double seconds = Double.parseDouble(value.strip());
            if (seconds >= 0 && seconds <= MAX_SECONDS) {
                return Duration.ofNanos((long) (seconds * 1e9));
            }
        } catch (NumberFormatException e) {
            // Answered below, as for a number out of range.
        }
        throw new PlaylistException("says " + tag + ":" + shown(value) + " (expected: seconds, 0 to 86400)");
    }

    private static long number(String tag, String value) throws PlaylistException {
        try {
            long number = Long.parseLong(value.strip());
            if (number >= 0 && number < MAX_NUMBER) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, as for a number out of range.
        }
        throw new PlaylistException("says " + tag + ":" + shown(value) + " (expected: a whole number)");
    }

    /** What a server sent, fit for one line. */
    private static String shown(String value) {
        String line = value.replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() > 40 ? line.substring(0, 40) : line;
    }
}
