package dev.penstock.dataplane.store.layout;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One object of a session, by its path inside the session's folder. */
public sealed interface SessionObject {
    /** Path inside the session's folder. */
    String path();

    /** Objects that a session has once. */
    enum Single implements SessionObject {
        /** What was recorded, by whom, with which codecs and clock; written once. */
        SESSION("session.json"),
        /** Master playlist. */
        MASTER("master.m3u8"),
        /** What the finalizer found and made. */
        RECORDING("recording.json");

        private final String path;

        Single(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }
    }

    /**
     * Media playlist of a rendition: all uploaded segments.
     *
     * @param rendition rendition
     */
    record MediaPlaylistFile(String rendition) implements SessionObject {
        /** Refuses a wrong rendition. */
        public MediaPlaylistFile {
            requireRendition(rendition);
        }

        @Override
        public String path() {
            return rendition + "/media.m3u8";
        }
    }

    /**
     * Playlist of a rendition's newest segments.
     *
     * @param rendition rendition
     */
    record LivePlaylistFile(String rendition) implements SessionObject {
        /** Refuses a wrong rendition. */
        public LivePlaylistFile {
            requireRendition(rendition);
        }

        @Override
        public String path() {
            return rendition + "/live.m3u8";
        }
    }

    /**
     * Playlist of 1,800 s of a rendition; never changes.
     *
     * @param rendition rendition
     * @param number from 0
     */
    record PartPlaylist(String rendition, int number) implements SessionObject {
        /** Refuses a wrong rendition or number. */
        public PartPlaylist {
            requireRendition(rendition);
            if (number < 0) {
                throw new IllegalArgumentException("number: " + number + " (expected: >= 0)");
            }
        }

        @Override
        public String path() {
            return rendition + "/part-" + number + ".m3u8";
        }
    }

    /**
     * Initialization segment of fMP4 segments.
     *
     * @param rendition rendition
     * @param init 8 hexadecimal digits
     */
    record InitSegment(String rendition, String init) implements SessionObject {
        /** Refuses a wrong rendition or init. */
        public InitSegment {
            requireRendition(rendition);
            if (!init.matches("[0-9a-f]{8}")) {
                throw new IllegalArgumentException("init: " + init + " (expected: 8 hexadecimal digits)");
            }
        }

        @Override
        public String path() {
            return rendition + "/init-" + init + ".mp4";
        }
    }

    /**
     * A segment.
     *
     * @param rendition rendition
     * @param name name
     */
    record MediaSegment(String rendition, SegmentName name) implements SessionObject {
        /** Refuses a wrong rendition. */
        public MediaSegment {
            requireRendition(rendition);
        }

        @Override
        public String path() {
            return rendition + "/" + name.format();
        }
    }

    /**
     * A rendition as one MP4 file.
     *
     * @param rendition rendition
     */
    record Mp4File(String rendition) implements SessionObject {
        /** Refuses a wrong rendition. */
        public Mp4File {
            requireRendition(rendition);
        }

        @Override
        public String path() {
            return rendition + ".mp4";
        }
    }

    /** Whether a text can name a rendition. */
    static boolean isRendition(String text) {
        return Grammar.RENDITION.matcher(text).matches();
    }

    /** Reads a path inside a session's folder; empty when no part of Penstock makes such a path. */
    static Optional<SessionObject> parse(String path) {
        for (Single single : Single.values()) {
            if (single.path().equals(path)) {
                return Optional.of(single);
            }
        }
        int slash = path.indexOf('/');
        if (slash < 0) {
            String rendition = path.endsWith(".mp4") ? path.substring(0, path.length() - 4) : "";
            return isRendition(rendition) ? Optional.of(new Mp4File(rendition)) : Optional.empty();
        }
        String rendition = path.substring(0, slash);
        return isRendition(rendition) ? inRendition(rendition, path.substring(slash + 1)) : Optional.empty();
    }

    private static Optional<SessionObject> inRendition(String rendition, String name) {
        if (name.equals("media.m3u8")) {
            return Optional.of(new MediaPlaylistFile(rendition));
        }
        if (name.equals("live.m3u8")) {
            return Optional.of(new LivePlaylistFile(rendition));
        }
        Matcher part = Grammar.PART.matcher(name);
        if (part.matches()) {
            return Optional.of(new PartPlaylist(rendition, Integer.parseInt(part.group(1))));
        }
        Matcher init = Grammar.INIT.matcher(name);
        if (init.matches()) {
            return Optional.of(new InitSegment(rendition, init.group(1)));
        }
        return SegmentName.parse(name).map(segment -> new MediaSegment(rendition, segment));
    }

    private static void requireRendition(String rendition) {
        if (!isRendition(rendition)) {
            throw new IllegalArgumentException("rendition: " + rendition + " (expected: [a-z0-9][a-z0-9_-]{0,62})");
        }
    }

    /** Patterns of the grammar. */
    final class Grammar {
        private static final Pattern RENDITION = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
        private static final Pattern PART = Pattern.compile("part-(0|[1-9][0-9]{0,8})\\.m3u8");
        private static final Pattern INIT = Pattern.compile("init-([0-9a-f]{8})\\.mp4");

        private Grammar() {}
    }
}
