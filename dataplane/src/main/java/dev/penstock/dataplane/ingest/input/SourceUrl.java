package dev.penstock.dataplane.ingest.input;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A source's URL, taken apart.
 *
 * @param scheme in lower case
 * @param host without brackets; empty for files and unix sockets
 * @param port -1 when not given
 * @param path decoded, for files and unix sockets; as written, for HTTP
 * @param rawQuery as written, empty when there is none
 * @param userInfo {@code user:password}, decoded; may hold a secret
 */
public record SourceUrl(String scheme, String host, int port, String path, String rawQuery, Optional<String> userInfo) {
    /**
     * Takes a URL apart.
     *
     * @throws IllegalArgumentException with what is wrong, free of secrets, without the field's path
     */
    public static SourceUrl parse(String url) {
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL (expected: scheme://host:port/path)", e);
        }
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException("no scheme (expected: scheme://host:port/path)");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        if (scheme.equals("file") || scheme.equals("unix")) {
            String path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
            return new SourceUrl(scheme, "", -1, path == null ? "" : path, query, Optional.empty());
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        Optional<String> user = at > 0 ? Optional.of(decode(authority.substring(0, at))) : Optional.empty();
        String hostPort = authority.substring(at + 1);
        int colon = hostPort.lastIndexOf(':');
        boolean hasPort = colon > hostPort.lastIndexOf(']');
        String host = hasPort ? hostPort.substring(0, colon) : hostPort;
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new SourceUrl(scheme, unbracketed(host), hasPort ? port(hostPort.substring(colon + 1)) : -1, path, query,
                user);
    }

    /** The URL for people: no user, no password, no query. */
    public String remote() {
        if (host.isEmpty()) {
            return scheme + "://" + path;
        }
        return scheme + "://" + authority() + (path.equals("/") ? "" : path);
    }

    /** Host and, when it was given, port, as they stand in a URL. */
    public String authority() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return port < 0 ? shown : shown + ":" + port;
    }

    /** The port that was given, else the usual one of the scheme; -1 for schemes that have none. */
    public int connectPort() {
        if (port > 0) {
            return port;
        }
        return switch (scheme) {
            case "http" -> 80;
            case "https", "rtmps" -> 443;
            case "rtsp" -> 554;
            case "rtsps" -> 322;
            case "rtmp" -> 1935;
            default -> -1;
        };
    }

    /** Whether another URL leads to the same server in the same way: only there may credentials go as well. */
    public boolean isSameServer(SourceUrl other) {
        return scheme.equals(other.scheme) && host.equals(other.host) && connectPort() == other.connectPort();
    }

    /** Values of the query. */
    public Map<String, String> query() {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : rawQuery.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                values.put(decode(part.substring(0, equals)), decode(part.substring(equals + 1)));
            }
        }
        return values;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("port " + text + " (expected: 1 to 65535)", e);
        }
        throw new IllegalArgumentException("port " + text + " (expected: 1 to 65535)");
    }

    @Override
    public String toString() {
        return remote();
    }
}
