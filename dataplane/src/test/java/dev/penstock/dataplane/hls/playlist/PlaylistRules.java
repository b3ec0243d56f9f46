package dev.penstock.dataplane.hls.playlist;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules for playlists drawn from RFC 8216 and draft-pantos-hls-rfc8216bis (below: bis), written apart from the writers. Each
 * has a number, which {@code docs/hls.md} explains; {@link #broken} names the rules that a playlist breaks.
 */
public final class PlaylistRules {
    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z0-9-]+)=(\"[^\"]*\"|[^,]*)(?:,|$)");
    private static final Set<String> QUOTED = Set.of("URI", "CODECS", "GROUP-ID", "NAME", "AUDIO", "CHANNELS");

    private final List<String> lines;
    private final List<String> broken = new ArrayList<>();

    private PlaylistRules(String text) {
        lines = List.of(text.split("\n"));
        check(1, text.startsWith("#EXTM3U\n") && text.endsWith("\n")
                && text.chars().noneMatch(c -> c < 32 && c != '\n'));
        check(2, values("EXT-X-VERSION").size() == 1);
    }

    /** What a media playlist breaks; empty is good. */
    public static List<String> broken(String playlist) {
        PlaylistRules rules = new PlaylistRules(playlist);
        if (playlist.contains("#EXT-X-STREAM-INF")) {
            rules.master();
        } else {
            new Media(rules).check();
        }
        return rules.broken;
    }

    /** What breaks a rule between two versions of a media playlist, the second later than the first. */
    public static List<String> brokenBetween(String before, String after) {
        PlaylistRules rules = new PlaylistRules(after);
        PlaylistRules old = new PlaylistRules(before);
        Media now = new Media(rules);
        Media then = new Media(old);
        now.read();
        then.read();
        rules.check(30, rules.values("EXT-X-TARGETDURATION").equals(old.values("EXT-X-TARGETDURATION"))
                && rules.values("EXT-X-PART-INF").equals(old.values("EXT-X-PART-INF"))
                && rules.values("EXT-X-SERVER-CONTROL").equals(old.values("EXT-X-SERVER-CONTROL")));
        rules.check(31, now.sequence >= then.sequence && now.discontinuities >= then.discontinuities);
        for (int i = 0; i < then.segments.size(); i++) {
            long at = then.sequence + i - now.sequence;
            Entry was = then.segments.get(i);
            if (was != null && at >= now.skipped && at < now.segments.size()) {
                rules.check(32, was.same(now.segments.get((int) at)));
            }
        }
        return rules.broken;
    }

    private void check(int rule, boolean kept) {
        if (!kept && !broken.contains("rule " + rule)) {
            broken.add("rule " + rule);
        }
    }

    private List<String> values(String tag) {
        return lines.stream().filter(l -> l.equals("#" + tag) || l.startsWith("#" + tag + ":"))
                .map(l -> l.substring(Math.min(l.length(), tag.length() + 2))).toList();
    }

    private Map<String, String> attributes(String text) {
        Map<String, String> map = new HashMap<>();
        Matcher matcher = ATTRIBUTE.matcher(text);
        int end = 0;
        while (matcher.lookingAt() || matcher.find()) {
            check(3, matcher.start() == end && QUOTED.contains(matcher.group(1)) == matcher.group(2).startsWith("\""));
            check(3, map.put(matcher.group(1), matcher.group(2).replace("\"", "")) == null);
            end = matcher.end();
            matcher.region(end, text.length());
        }
        check(3, end == text.length());
        return map;
    }

    private void master() {
        List<Map<String, String>> media = values("EXT-X-MEDIA").stream().map(this::attributes).toList();
        check(40, media.stream().allMatch(m -> m.keySet().containsAll(Set.of("TYPE", "GROUP-ID", "NAME"))));
        check(41, media.stream().map(m -> m.get("GROUP-ID") + "/" + m.get("NAME")).distinct().count() == media.size());
        check(42, media.stream().filter(m -> m.get("DEFAULT").equals("YES")).count() <= 1
                && media.stream().allMatch(m -> !m.get("DEFAULT").equals("YES") || m.get("AUTOSELECT").equals("YES")));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("#EXT-X-STREAM-INF:")) {
                Map<String, String> variant = attributes(lines.get(i).substring("#EXT-X-STREAM-INF:".length()));
                check(43, i + 1 < lines.size() && !lines.get(i + 1).startsWith("#"));
                check(44, Long.parseLong(variant.getOrDefault("BANDWIDTH", "0")) > 0
                        && Long.parseLong(variant.getOrDefault("AVERAGE-BANDWIDTH", "0")) <= Long
                                .parseLong(variant.get("BANDWIDTH")));
                check(45, !variant.containsKey("AUDIO")
                        || media.stream().anyMatch(m -> m.get("GROUP-ID").equals(variant.get("AUDIO"))));
                check(46, variant.getOrDefault("RESOLUTION", "1x1").matches("\\d+x\\d+")
                        && variant.getOrDefault("FRAME-RATE", "1.000").matches("\\d+\\.\\d{3}"));
            }
        }
        check(47, values("EXTINF").isEmpty() && values("EXT-X-TARGETDURATION").isEmpty());
    }

    private record Entry(String uri, double seconds, boolean discontinuity, String map, String date) {
        boolean same(Entry other) {
            return other != null && uri.equals(other.uri) && Math.abs(seconds - other.seconds) < 1e-9
                    && discontinuity == other.discontinuity && map.equals(other.map) && date.equals(other.date);
        }
    }

    /** One media playlist, read in order. */
    private static final class Media {
        private final PlaylistRules rules;
        private final Map<String, String> control;
        private final int target;
        private final double partTarget;
        private final List<Entry> segments = new ArrayList<>();
        private final List<double[]> parts = new ArrayList<>();
        private long sequence;
        private long discontinuities;
        private int skipped;
        private boolean discontinuity;
        private String map = "";
        private String date = "";
        private int partsOfOne;
        private double secondsOfParts;
        private double total;

        Media(PlaylistRules rules) {
            this.rules = rules;
            control = attributes("EXT-X-SERVER-CONTROL");
            target = (int) number("EXT-X-TARGETDURATION");
            partTarget = Double.parseDouble(attributes("EXT-X-PART-INF").getOrDefault("PART-TARGET", "0"));
        }

        private Map<String, String> attributes(String tag) {
            return rules.values(tag).stream().findFirst().map(rules::attributes).orElse(Map.of());
        }

        private double number(String tag) {
            return rules.values(tag).stream().findFirst().map(Double::parseDouble).orElse(0.0);
        }

        void check() {
            read();
            for (String once : List.of("EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE",
                    "EXT-X-DISCONTINUITY-SEQUENCE")) {
                rules.check(4, rules.values(once).size() == 1);
            }
            rules.check(5, target > 0);
            boolean ended = rules.lines.getLast().equals("#EXT-X-ENDLIST");
            rules.check(6, ended || rules.values("EXT-X-ENDLIST").isEmpty());
            rules.check(15, rules.values("EXT-X-GAP").isEmpty() || number("EXT-X-VERSION") >= 8);
            control();
            if (skipped > 0) {
                double boundary = Double.parseDouble(control.getOrDefault("CAN-SKIP-UNTIL", "0"));
                rules.check(20, number("EXT-X-VERSION") >= 9 && boundary > 0);
                // What is left reaches back at least as far as the boundary.
                rules.check(21, total >= boundary - 1e-6);
            }
            if (partTarget > 0) {
                rules.check(22, ended == rules.values("EXT-X-PRELOAD-HINT").isEmpty());
                rules.values("EXT-X-RENDITION-REPORT").forEach(this::report);
            }
            for (double[] part : parts) {
                rules.check(23, total - part[0] <= 3 * target + partTarget + 1e-6);
            }
        }

        private void control() {
            double hold = Double.parseDouble(control.getOrDefault("HOLD-BACK", "1e9"));
            double partHold = Double.parseDouble(control.getOrDefault("PART-HOLD-BACK", "0"));
            double skip = Double.parseDouble(control.getOrDefault("CAN-SKIP-UNTIL", "1e9"));
            rules.check(10, hold >= 3 * target);
            rules.check(11, skip >= 6 * target);
            rules.check(12, partTarget == 0 || partHold >= 3 * partTarget);
            rules.check(13, partTarget == 0 || control.get("CAN-BLOCK-RELOAD").equals("YES"));
            rules.check(14, parts.isEmpty() || partTarget > 0);
        }

        private void report(String text) {
            Map<String, String> report = rules.attributes(text);
            rules.check(24, report.keySet().containsAll(Set.of("URI", "LAST-MSN", "LAST-PART"))
                    && Math.abs(Long.parseLong(report.get("LAST-MSN")) - (sequence + segments.size())) <= 2);
        }

        void read() {
            sequence = (long) number("EXT-X-MEDIA-SEQUENCE");
            discontinuities = (long) number("EXT-X-DISCONTINUITY-SEQUENCE");
            double inf = -1;
            for (String line : rules.lines) {
                if (line.startsWith("#EXT-X-SKIP:")) {
                    rules.check(25, segments.isEmpty() && map.isEmpty());
                    skipped = Integer.parseInt(rules.attributes(line.substring(12)).get("SKIPPED-SEGMENTS"));
                    for (int i = 0; i < skipped; i++) {
                        segments.add(null);
                    }
                } else if (line.equals("#EXT-X-DISCONTINUITY")) {
                    discontinuity = true;
                } else if (line.startsWith("#EXT-X-MAP:")) {
                    map = line;
                } else if (line.startsWith("#EXT-X-PROGRAM-DATE-TIME:")) {
                    date = line;
                } else if (line.startsWith("#EXT-X-PART:")) {
                    part(rules.attributes(line.substring(12)));
                } else if (line.startsWith("#EXTINF:")) {
                    inf = Double.parseDouble(line.substring(8, line.length() - 1));
                } else if (!line.startsWith("#")) {
                    segment(line, inf);
                    inf = -1;
                }
            }
            total += secondsOfParts;
        }

        private void part(Map<String, String> part) {
            double seconds = Double.parseDouble(part.get("DURATION"));
            rules.check(26, part.containsKey("URI") && seconds > 0 && seconds <= partTarget + 1e-6);
            rules.check(27, !map.isEmpty() && !date.isEmpty());
            parts.add(new double[]{total + secondsOfParts, seconds});
            partsOfOne++;
            secondsOfParts += seconds;
        }

        private void segment(String uri, double inf) {
            rules.check(7, inf >= 0 && Math.round(inf) <= target);
            rules.check(8, uri.endsWith(".ts") || (!map.isEmpty() && number("EXT-X-VERSION") >= 6));
            rules.check(9, !date.isEmpty());
            rules.check(28, partsOfOne == 0 || Math.abs(secondsOfParts - inf) < 1e-5 * (partsOfOne + 1));
            segments.add(new Entry(uri, inf, discontinuity, map, date));
            total += inf;
            discontinuity = false;
            date = "";
            partsOfOne = 0;
            secondsOfParts = 0;
        }
    }
}
