package dev.penstock.dataplane.ingest.rtsp;

import java.util.Locale;
import java.util.Optional;

/**
 * What a server says of a medium's transport (RFC 2326 12.39).
 *
 * @param channel interleaved channel of RTP, or -1
 * @param serverPort port of RTP, or 0
 * @param source address that RTP comes from; empty for that of the connection
 */
record Transport(int channel, int serverPort, String source) {
    static Transport parse(Optional<String> header) {
        int channel = -1;
        int port = 0;
        String source = "";
        for (String part : header.orElse("").split(";")) {
            int equals = part.indexOf('=');
            String value = equals < 0 ? "" : part.substring(equals + 1).strip();
            switch (equals < 0 ? "" : part.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
                case "interleaved" -> channel = first(value, -1);
                case "server_port" -> port = first(value, 0);
                case "source" -> source = value;
                default -> {
                    // Of no use here.
                }
            }
        }
        return new Transport(channel, port, source);
    }

    private static int first(String range, int otherwise) {
        try {
            return Integer.parseInt(range.split("-", 2)[0].strip());
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
