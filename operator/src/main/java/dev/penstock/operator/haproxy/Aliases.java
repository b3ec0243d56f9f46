package dev.penstock.operator.haproxy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Paths that deployed players already use, and the streams behind them. An alias belongs to the stream that had it first.
 *
 * @param targets alias to the path of what it stands for, {@code stream.ts}, or the playlist when it ends in {@code .m3u8}; sorted
 * @param refused sentences on aliases that another stream has, sorted
 */
public record Aliases(SortedMap<String, String> targets, List<String> refused) {
    /**
     * The aliases of a stream.
     *
     * @param created when the stream was made, RFC 3339
     * @param paths its aliases
     */
    public record OfStream(String namespace, String name, String created, List<String> paths) {}

    /** The aliases of some streams, in any order. */
    public static Aliases of(List<OfStream> streams) {
        SortedMap<String, String> targets = new TreeMap<>();
        SortedMap<String, String> owners = new TreeMap<>();
        List<String> refused = new ArrayList<>();
        streams.stream().sorted(Comparator.comparing(OfStream::created).thenComparing(OfStream::namespace)
                .thenComparing(OfStream::name)).forEach(stream -> stream.paths().stream().distinct().forEach(path -> {
                    Word.check("alias", path);
                    String owner = owners.putIfAbsent(path, stream.name());
                    if (owner == null) {
                        targets.put(path, "/live/" + stream.namespace() + "/" + stream.name()
                                + (path.endsWith(".m3u8") ? "/index.m3u8" : "/stream.ts"));
                    } else {
                        refused.add("LiveStream " + stream.name() + " spec.http.aliases: " + path
                                + " belongs to LiveStream " + owner + " (expected: a path that is free)");
                    }
                }));
        return new Aliases(targets, refused.stream().sorted().toList());
    }

    /** The text of the map file. */
    public String text() {
        StringBuilder text = new StringBuilder();
        targets.forEach((path, target) -> text.append(path).append(' ').append(target).append('\n'));
        return text.toString();
    }
}
