package dev.penstock.dataplane.ingest.rtsp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An RTSP answer (RFC 2326 7).
 *
 * @param status its code
 * @param reason its phrase, as sent
 * @param headers values by name in lower case
 * @param body empty when there is none
 */
record RtspAnswer(int status, String reason, Map<String, List<String>> headers, String body) {
    /** The first value of a header. */
    Optional<String> header(String name) {
        return all(name).stream().findFirst();
    }

    /** All values of a header. */
    List<String> all(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    /** Status and phrase, fit for one line of a log. */
    String line() {
        return status + (reason.isBlank() ? "" : " " + printable(reason));
    }

    /** Header lines behind the start line; what is no header is left out. */
    static Map<String, List<String>> headers(List<String> lines) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.computeIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        name -> new ArrayList<>()).add(line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** What a server sent, fit for one line of a log. */
    static String printable(String text) {
        String line = text.replaceAll("[^\\x20-\\x7e]", "?");
        return line.length() > 80 ? line.substring(0, 80) : line;
    }
}
