package dev.penstock.dataplane.http;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Paths as logs and messages may show them. */
public final class ShownPath {
    private ShownPath() {}

    /**
     * A path without what opens it: of segments that begin with a tilde, which hold permits, only the tilde.
     *
     * @param path decoded, without query
     */
    public static String of(String path) {
        return path.indexOf('~') < 0
                ? path
                : Arrays.stream(path.split("/", -1)).map(segment -> segment.startsWith("~") ? "~" : segment)
                        .collect(Collectors.joining("/"));
    }
}
