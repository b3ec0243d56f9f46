package dev.penstock.dataplane.store.layout;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the objects of a session are: {@code {namespace}/{recording}/{stream}/{session}/}.
 *
 * @param namespace namespace of the Recording
 * @param recording name of the Recording
 * @param stream name of the LiveStream
 * @param session the session
 */
public record SessionPath(String namespace, String recording, String stream, SessionId session) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    /** Refuses names that Kubernetes would refuse. */
    public SessionPath {
        require("namespace", namespace);
        require("recording", recording);
        require("stream", stream);
    }

    /** Whether a text can be the name of a namespace, Recording or LiveStream: a DNS subdomain (RFC 1123). */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.contains("..");
    }

    /** Folder of all sessions of one stream in one recording, with the slash. */
    public static String streamFolder(String namespace, String recording, String stream) {
        return recordingFolder(namespace, recording) + require("stream", stream) + "/";
    }

    /** Folder of a recording, with the slash. */
    public static String recordingFolder(String namespace, String recording) {
        return require("namespace", namespace) + "/" + require("recording", recording) + "/";
    }

    /** Folder of the session, with the slash. */
    public String folder() {
        return streamFolder(namespace, recording, stream) + session + "/";
    }

    /** Key of an object of the session. */
    public String key(SessionObject object) {
        return folder() + object.path();
    }

    /**
     * A key taken apart.
     *
     * @param path its session
     * @param object which of the session's objects
     */
    public record Parsed(SessionPath path, SessionObject object) {}

    /** Reads a key, prefix of the store taken off; empty when no part of Penstock makes such a key. */
    public static Optional<Parsed> parse(String key) {
        String[] parts = key.split("/", 5);
        if (parts.length < 5 || !isName(parts[0]) || !isName(parts[1]) || !isName(parts[2])) {
            return Optional.empty();
        }
        return SessionId.parse(parts[3]).flatMap(session -> SessionObject.parse(parts[4])
                .map(object -> new Parsed(new SessionPath(parts[0], parts[1], parts[2], session), object)));
    }

    private static String require(String field, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(field + ": " + name + " (expected: a DNS name in lower case)");
        }
        return name;
    }
}
