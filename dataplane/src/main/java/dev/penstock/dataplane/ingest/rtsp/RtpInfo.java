package dev.penstock.dataplane.ingest.rtsp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a server says in RTP-Info (RFC 2326 12.33): for each track the RTP timestamp of the moment at which playing begins, the same
 * moment for all. Pure.
 *
 * @param entries in their order
 */
record RtpInfo(List<Entry> entries) {
    private static final long LARGEST = 0xFFFF_FFFFL;

    /**
     * A track.
     *
     * @param url as told, absolute or not
     * @param rtptime timestamp; empty when it is not told, or is none
     */
    record Entry(String url, OptionalLong rtptime) {}

    /** Reads the values of the header; what makes no sense is left out. */
    static RtpInfo parse(List<String> headers) {
        List<Entry> entries = new ArrayList<>();
        // Commas and semicolons may stand in URLs.
        for (String track : String.join(",", headers).split(",\\s*(?=(?i:url=))")) {
            String url = "";
            OptionalLong time = OptionalLong.empty();
            for (String part : track.split(";\\s*(?=(?i:seq=|rtptime=|ssrc=))")) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? "" : part.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                String value = part.substring(equals + 1).strip();
                if (name.equals("url")) {
                    url = value.replace("\"", "");
                } else if (name.equals("rtptime")) {
                    time = number(value);
                }
            }
            if (!url.isEmpty()) {
                entries.add(new Entry(url, time));
            }
        }
        return new RtpInfo(List.copyOf(entries));
    }

    /**
     * The timestamp at which a track begins.
     *
     * @param target where the track was set up
     * @param index its position among those that were, which counts when URLs do not fit
     * @param tracks how many were
     */
    OptionalLong of(String target, int index, int tracks) {
        for (Entry entry : entries) {
            if (entry.url().equals(target)) {
                return entry.rtptime();
            }
        }
        List<Entry> ends = entries.stream().filter(entry -> target.endsWith("/" + entry.url())).toList();
        if (ends.size() == 1) {
            return ends.getFirst().rtptime();
        }
        return entries.size() == tracks ? entries.get(index).rtptime() : OptionalLong.empty();
    }

    private static OptionalLong number(String text) {
        try {
            long value = Long.parseLong(text);
            return value >= 0 && value <= LARGEST ? OptionalLong.of(value) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
