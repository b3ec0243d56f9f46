package dev.penstock.dataplane.ingest.hls;

import java.util.HashMap;
import java.util.Map;

/** Reads {@code NAME=VALUE,NAME="VALUE"} (RFC 8216 4.2). Pure. */
final class AttributeList {
    private AttributeList() {}

    /** The attributes by name, without quotes; what is not well-formed is passed over. */
    static Map<String, String> read(String text) {
        Map<String, String> attributes = new HashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                break;
            }
            String name = text.substring(at, equals).strip();
            boolean quoted = equals + 1 < text.length() && text.charAt(equals + 1) == '"';
            int from = quoted ? equals + 2 : equals + 1;
            int to = text.indexOf(quoted ? '"' : ',', from);
            to = to < 0 ? text.length() : to;
            attributes.put(name, quoted ? text.substring(from, to) : text.substring(from, to).strip());
            int comma = quoted ? text.indexOf(',', to) : to;
            at = comma < 0 ? text.length() : comma + 1;
        }
        return attributes;
    }
}
