package dev.penstock.dataplane.resource;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a resource, or a file of them, is not used as it is written. Holds no secret.
 *
 * @param file where it is written, relative to the directory; empty when it comes from a cluster
 * @param line in the file, counted from 1; 0 when it concerns the whole file
 * @param kind kind of the resource, or empty when it is not known
 * @param namespace namespace of the resource, or empty
 * @param name name of the resource, or empty
 * @param field path of the field, or empty when it concerns the whole resource
 * @param value what was found there, redacted, or empty when there is nothing to show
 * @param message what is wrong; begins with {@code expected: } when it says what should stand there instead
 */
public record Problem(String file, int line, String kind, String namespace, String name, String field, String value,
        String message) {
    private static final String EXPECTED = "expected: ";

    /** A problem with a file as a whole, or with a place in it that names no resource. */
    static Problem ofFile(String file, int line, String message) {
        return new Problem(file, line, "", "", "", "", "", message);
    }

    /** One line for people: {@code cams.yaml:12: LiveStream default/cam: spec.segment.window: 2s (expected: at least 6s)}. */
    public String sentence() {
        String place = file + (line > 0 ? ":" + line : "");
        String resource = kind + (name.isEmpty() ? "" : " " + namespace + "/" + name);
        return Stream.of(place, resource, complaint()).filter(part -> !part.isEmpty())
                .collect(Collectors.joining(": "));
    }

    /** The sentence without the place: {@code spec.segment.window: 2s (expected: at least 6s)}. */
    public String complaint() {
        String start = field.isEmpty() ? "" : field + ": ";
        if (!message.startsWith(EXPECTED)) {
            return start + (value.isEmpty() ? "" : value + ": ") + message;
        }
        return start + (value.isEmpty() ? "not set" : value) + " (" + message + ")";
    }
}
