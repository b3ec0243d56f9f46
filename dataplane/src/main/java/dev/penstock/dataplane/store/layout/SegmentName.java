package dev.penstock.dataplane.store.layout;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a recorded segment. It says all that a playlist needs, and the order of names is the order of play:
 * {@code 000216000000-1792584000000-180000t90000-0216000000-ts-1792584000-8a1b2c3d.ts}.
 *
 * @param sequence number of the segment in its stream, 0 to 999,999,999,999
 * @param startEpochMs wall clock of its first access unit, ms since 1970
 * @param durationTicks media duration in units of {@code 1 / timescale} s
 * @param timescale units per second
 * @param discontinuitySequence changes where the segment does not continue the one before
 * @param init {@code ts}, or 8 hexadecimal digits that name the initialization segment of an fMP4 segment
 * @param epoch ring epoch of the writer
 * @param crc32 IEEE CRC-32 of the content
 */
public record SegmentName(long sequence, long startEpochMs, long durationTicks, int timescale,
        long discontinuitySequence, String init, long epoch, int crc32) implements Comparable<SegmentName> {
    /** The value of {@link #init} of a transport stream segment. */
    public static final String TS = "ts";

    private static final long MAX_SEQUENCE = 999_999_999_999L;
    private static final long MAX_START = 9_999_999_999_999L;
    private static final long MAX_DISCONTINUITY = 9_999_999_999L;
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern GRAMMAR = Pattern
            .compile("([0-9]{12})-([0-9]{13})-(0|[1-9][0-9]{0,17})t([1-9][0-9]{0,8})"
                    + "-([0-9]{10})-(ts|[0-9a-f]{8})-(0|[1-9][0-9]{0,17})-([0-9a-f]{8})\\.(ts|m4s)");

    /** Refuses what a name cannot say. */
    public SegmentName {
        require("sequence", sequence, MAX_SEQUENCE);
        require("startEpochMs", startEpochMs, MAX_START);
        require("durationTicks", durationTicks, MAX_SEQUENCE);
        require("timescale", timescale, 999_999_999L);
        require("discontinuitySequence", discontinuitySequence, MAX_DISCONTINUITY);
        require("epoch", epoch, MAX_SEQUENCE);
        if (timescale == 0 || (!init.equals(TS) && !init.matches("[0-9a-f]{8}"))) {
            throw new IllegalArgumentException(
                    "timescale, init: " + timescale + ", " + init + " (expected: >= 1, ts or 8 hexadecimal digits)");
        }
    }

    private static void require(String field, long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: 0 to " + max + ")");
        }
    }

    /** Start of the names with a sequence number; in a listing it comes right before them. */
    public static String startOf(long sequence) {
        return padded(new StringBuilder(12), sequence, 12).toString();
    }

    /** The name; {@link #parse} reads it back. */
    public String format() {
        StringBuilder out = new StringBuilder(96);
        padded(out, sequence, 12).append('-');
        padded(out, startEpochMs, 13).append('-');
        out.append(durationTicks).append('t').append(timescale).append('-');
        padded(out, discontinuitySequence, 10).append('-');
        out.append(init).append('-').append(epoch).append('-').append(HEX.toHexDigits(crc32));
        return out.append(init.equals(TS) ? ".ts" : ".m4s").toString();
    }

    /** Reads a name; empty when it is not exactly what {@link #format} makes. */
    public static Optional<SegmentName> parse(String name) {
        Matcher matcher = GRAMMAR.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long durationTicks = Long.parseLong(matcher.group(3));
        long epoch = Long.parseLong(matcher.group(7));
        boolean ts = matcher.group(6).equals(TS);
        if (durationTicks > MAX_SEQUENCE || epoch > MAX_SEQUENCE || ts != matcher.group(9).equals("ts")) {
            return Optional.empty();
        }
        return Optional.of(new SegmentName(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)),
                durationTicks, Integer.parseInt(matcher.group(4)), Long.parseLong(matcher.group(5)),
                ts ? TS : matcher.group(6), epoch, HexFormat.fromHexDigits(matcher.group(8))));
    }

    /** Duration rounded down to milliseconds. */
    public long durationMs() {
        return durationTicks * 1000 / timescale;
    }

    /** Wall clock of its end, ms since 1970. */
    public long endEpochMs() {
        return startEpochMs + durationMs();
    }

    /** Order of play: the order of {@link #format}. */
    @Override
    public int compareTo(SegmentName other) {
        if (sequence != other.sequence) {
            return Long.compare(sequence, other.sequence);
        }
        return format().compareTo(other.format());
    }

    private static StringBuilder padded(StringBuilder out, long value, int digits) {
        String text = Long.toString(value);
        return out.repeat('0', digits - text.length()).append(text);
    }
}
