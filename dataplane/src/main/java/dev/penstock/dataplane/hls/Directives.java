package dev.penstock.dataplane.hls;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

import dev.penstock.dataplane.hls.playlist.LowLatency;
import dev.penstock.dataplane.http.Exchange;
import dev.penstock.dataplane.http.HttpError;

/**
 * Delivery directives of a request for a media playlist (draft-pantos-hls-rfc8216bis 6.2.5).
 *
 * @param sequence {@code _HLS_msn}: the answer waits for this segment
 * @param part {@code _HLS_part}: or for this part of it
 * @param skip {@code _HLS_skip}: a Playlist Delta Update is taken
 */
record Directives(OptionalLong sequence, OptionalInt part, boolean skip) {
    static final Directives NONE = new Directives(OptionalLong.empty(), OptionalInt.empty(), false);
    private static final String MSN = "_HLS_msn";
    private static final String PART = "_HLS_part";
    private static final String SKIP = "_HLS_skip";
    /** How many segments beyond the newest complete one may be asked for. */
    private static final int AHEAD = 2;

    /** Whether the answer waits for something. */
    boolean blocking() {
        return sequence.isPresent();
    }

    /**
     * Reads them.
     *
     * @throws HttpError 400 for values that mean nothing
     */
    static Directives of(Exchange exchange) throws HttpError {
        Optional<String> msn = exchange.query(MSN);
        Optional<String> part = exchange.query(PART);
        Optional<String> skip = exchange.query(SKIP);
        if (msn.isEmpty() && part.isEmpty() && skip.isEmpty()) {
            return NONE;
        }
        if (part.isPresent() && msn.isEmpty()) {
            throw bad(PART, part.get(), "only together with " + MSN);
        }
        // Without EXT-X-DATERANGE in our playlists, v2 leaves out no more than YES.
        if (skip.isPresent() && !skip.get().equals("YES") && !skip.get().equals("v2")) {
            throw bad(SKIP, skip.get(), "YES or v2");
        }
        return new Directives(
                msn.isPresent() ? OptionalLong.of(number(MSN, msn.get(), Long.MAX_VALUE)) : OptionalLong.empty(),
                part.isPresent()
                        ? OptionalInt.of((int) number(PART, part.get(), Integer.MAX_VALUE))
                        : OptionalInt.empty(),
                skip.isPresent());
    }

    /**
     * Refuses what lies too far ahead to be waited for (6.2.5.2).
     *
     * @throws HttpError 400
     */
    void check(LiveEdge edge, LowLatency promise) throws HttpError {
        if (sequence.isEmpty() || edge.isEmpty()) {
            return;
        }
        long most = edge.lastComplete() + AHEAD;
        if (sequence.getAsLong() > most) {
            throw bad(MSN, Long.toString(sequence.getAsLong()),
                    "<= " + most + ", " + AHEAD + " after the newest segment");
        }
        if (part.isPresent() && sequence.getAsLong() >= edge.last()) {
            int newest = sequence.getAsLong() == edge.last() ? edge.parts() - 1 : -1;
            int limit = newest + promise.advanceParts();
            if (part.getAsInt() > limit) {
                throw bad(PART, Integer.toString(part.getAsInt()),
                        "<= " + limit + ", " + promise.advanceParts() + " after the newest part");
            }
        }
    }

    /**
     * Whether a rendition has come as far as asked.
     *
     * @param edge how far it is; what does not exist is not waited for
     * @param ended whether it will come no farther
     */
    boolean reached(LiveEdge edge, boolean ended) {
        if (ended || edge.isEmpty() || sequence.isEmpty()) {
            return true;
        }
        return part.isPresent()
                ? edge.hasPart(sequence.getAsLong(), part.getAsInt())
                : edge.hasSegment(sequence.getAsLong());
    }

    private static long number(String name, String text, long most) throws HttpError {
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= most && Character.isDigit(text.charAt(0))) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw bad(name, text, "a whole number >= 0");
    }

    private static HttpError bad(String name, String value, String expected) {
        return new HttpError(400, name + ": " + shortened(value) + " (expected: " + expected + ")", Map.of());
    }

    private static String shortened(String value) {
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
