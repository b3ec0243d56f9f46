package dev.penstock.dataplane.ingest.srt;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a publisher asks for in its stream id: {@code publish:{namespace}/{name}:{key}}, or
 * {@code #!::m=publish,r={namespace}/{name},s={key}} (SRT Access Control: {@code r} resource, {@code m} mode; the key may also be in
 * {@code key}; {@code u}, {@code h}, {@code t=stream} and unknown keys are passed over). In the second form the key cannot hold a
 * comma. A slash before the namespace is taken off. Pure.
 *
 * @param namespace of the stream
 * @param name of the stream
 * @param key null when none was given. Never shown
 * @param relayed by a pod that does not own the stream: {@code relayed:} before one of the other forms
 */
record SrtStreamId(String namespace, String name, @Nullable String key, boolean relayed) {
    private static final String EXPECTED = " (expected: publish:{namespace}/{name}:{key})";
    private static final String RELAYED = "relayed:";
    private static final String PUBLISH = "publish:";
    private static final String FIELDS = "#!::";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /** A stream id that cannot be understood; the message holds nothing of it. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;
        private final int code;

        MalformedException(int code, String message) {
            super(message + EXPECTED);
            this.code = code;
        }

        /** The reason for the caller. */
        int code() {
            return code;
        }
    }

    /**
     * Reads a stream id.
     *
     * @throws MalformedException when it is none of the forms
     */
    static SrtStreamId read(String text) throws MalformedException {
        boolean relayed = text.startsWith(RELAYED);
        String id = relayed ? text.substring(RELAYED.length()) : text;
        if (id.startsWith(FIELDS)) {
            return fields(id.substring(FIELDS.length()), relayed);
        }
        if (!id.startsWith(PUBLISH)) {
            throw new MalformedException(id.startsWith("read:") || id.startsWith("request:")
                    ? SrtRejection.BAD_MODE
                    : SrtRejection.BAD_REQUEST, id.isEmpty() ? "no stream id" : "stream id of another form");
        }
        String rest = id.substring(PUBLISH.length());
        int colon = rest.indexOf(':');
        return of(colon < 0 ? rest : rest.substring(0, colon), colon < 0 ? null : rest.substring(colon + 1), relayed);
    }

    /** The stream id that a pod sends when it relays a publisher. */
    static String relayed(String text) {
        return RELAYED + text;
    }

    private static SrtStreamId fields(String text, boolean relayed) throws MalformedException {
        String resource = null;
        String mode = "request";
        String type = "stream";
        String key = null;
        for (String field : text.split(",", -1)) {
            int equals = field.indexOf('=');
            String value = field.substring(equals + 1);
            switch (equals < 0 ? "" : field.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
                case "r" -> resource = value;
                case "m" -> mode = value;
                case "t" -> type = value;
                case "s", "key" -> key = value;
                default -> {
                    // Users, hosts and others' own keys do not matter here.
                }
            }
        }
        if (!mode.equals("publish") || !type.equals("stream")) {
            throw new MalformedException(SrtRejection.BAD_MODE,
                    "stream id without m=publish or with another t than stream");
        }
        if (resource == null) {
            throw new MalformedException(SrtRejection.BAD_REQUEST, "stream id without r");
        }
        return of(resource, key, relayed);
    }

    private static SrtStreamId of(String path, @Nullable String key, boolean relayed) throws MalformedException {
        String plain = path.startsWith("/") ? path.substring(1) : path;
        int slash = plain.indexOf('/');
        String namespace = slash < 0 ? "" : plain.substring(0, slash);
        String name = plain.substring(slash + 1);
        if (!NAME.matcher(namespace).matches() || !NAME.matcher(name).matches()) {
            throw new MalformedException(SrtRejection.BAD_REQUEST, "stream id without namespace and name");
        }
        return new SrtStreamId(namespace, name, key == null || key.isEmpty() ? null : key, relayed);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return (relayed ? RELAYED : "") + PUBLISH + namespace + "/" + name;
    }
}
