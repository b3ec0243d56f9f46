package dev.penstock.dataplane.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What runs, out of what the files say: a resource that becomes bad keeps its last good form, one that two files claim stays with
 * the file that had it first. Owned by the source's thread; {@link #view()} and {@link #secret} by any.
 */
final class DirectoryState {
    /** What others refer to comes before what refers to it. */
    private static final List<String> ORDER = List.of("Secret", "ObjectStore", "LiveStream", "Recording");

    private final ResourceJudge judge = new ResourceJudge(new ResourceTypes());
    private final SortedMap<String, LoadedFile> files = new TreeMap<>();
    private volatile Map<ResourceKey, LoadedFile.Entry> running = Map.of();
    private volatile ResourceView view = ResourceView.EMPTY;
    private List<Problem> problems = List.of();

    ResourceView view() {
        return view;
    }

    Optional<SecretData> secret(String namespace, String name) {
        return Optional.ofNullable(running.get(new ResourceKey("Secret", namespace, name)))
                .map(LoadedFile.Entry::secret);
    }

    /** Takes in the content of a file; {@link #publish} makes it felt. */
    void put(String file, byte[] content) {
        files.put(file, judge.read(file, content, key -> {
            LoadedFile.Entry entry = running.get(key);
            return entry == null ? null : entry.content();
        }));
    }

    /** Notes that a file is there and cannot be read. */
    void putUnreadable(String file, String reason) {
        files.put(file, LoadedFile.unreadable(Problem.ofFile(file, 0, reason)));
    }

    /** Forgets a file. */
    void remove(String file) {
        files.remove(file);
    }

    /** Decides what runs now and tells the listener what changed. */
    void publish(List<Problem> others, ResourceListener listener) {
        List<Problem> found = new ArrayList<>(others);
        files.values().forEach(file -> found.addAll(file.problems()));
        Map<ResourceKey, LoadedFile.Entry> before = running;
        Map<ResourceKey, LoadedFile.Entry> next = merge(before, found);
        Map<ResourceKey, HasMetadata> typed = new HashMap<>();
        next.forEach((key, entry) -> {
            if (entry.typed() != null) {
                typed.put(key, entry.typed());
            }
        });
        running = next;
        view = new ResourceView(typed);
        next.values().forEach(entry -> References.check(entry, next.keySet(), found));
        tell(before, next, listener);
        List<Problem> sorted = found.stream().distinct()
                .sorted(Comparator.comparing(Problem::file).thenComparing(Problem::line).thenComparing(Problem::field))
                .toList();
        if (!sorted.equals(problems)) {
            problems = sorted;
            listener.problems(sorted);
        }
    }

    private Map<ResourceKey, LoadedFile.Entry> merge(Map<ResourceKey, LoadedFile.Entry> before, List<Problem> found) {
        Map<ResourceKey, List<LoadedFile.Entry>> claims = new LinkedHashMap<>();
        files.values().forEach(
                file -> file.entries()
                        .forEach(entry -> claims.computeIfAbsent(entry.key(), k -> new ArrayList<>()).add(entry)));
        Map<ResourceKey, LoadedFile.Entry> next = new HashMap<>();
        claims.forEach((key, entries) -> {
            LoadedFile.Entry incumbent = before.get(key);
            LoadedFile.Entry owner = entries.stream()
                    .filter(entry -> incumbent != null && entry.file().equals(incumbent.file()))
                    .findFirst().orElse(entries.getFirst());
            entries.stream().filter(entry -> !entry.equals(owner)).forEach(entry -> found.add(duplicate(entry, owner)));
            if (owner.accepted()) {
                next.put(key, owner);
            } else if (incumbent != null) {
                next.put(key, incumbent);
            }
        });
        // A document that cannot be read may be any resource that its file held.
        before.forEach((key, entry) -> {
            LoadedFile file = files.get(entry.file());
            if (!claims.containsKey(key) && file != null && file.anonymous()) {
                next.put(key, entry);
            }
        });
        return next;
    }

    private static boolean same(LoadedFile.@Nullable Entry old, LoadedFile.Entry now) {
        return old != null && Objects.equals(old.content(), now.content())
                && Objects.equals(old.secret(), now.secret());
    }

    private static Problem duplicate(LoadedFile.Entry entry, LoadedFile.Entry owner) {
        ResourceKey key = entry.key();
        return new Problem(entry.file(), entry.line(), key.kind(), key.namespace(), key.name(), "metadata.name",
                key.name(),
                "expected: each resource once; it is also in " + owner.file() + ":" + owner.line() + ", which counts");
    }

    private static void tell(Map<ResourceKey, LoadedFile.Entry> before, Map<ResourceKey, LoadedFile.Entry> next,
            ResourceListener listener) {
        before.entrySet().stream().filter(e -> !next.containsKey(e.getKey()))
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(DirectoryState::rank).reversed())).forEach(e -> {
                    if (e.getValue().typed() != null) {
                        listener.deleted(e.getValue().typed());
                    } else {
                        listener.secretChanged(e.getKey().namespace(), e.getKey().name());
                    }
                });
        next.entrySet().stream().sorted(Map.Entry.comparingByKey(Comparator.comparing(DirectoryState::rank)))
                .forEach(e -> {
                    LoadedFile.Entry old = before.get(e.getKey());
                    LoadedFile.Entry now = e.getValue();
                    if (same(old, now)) {
                        return;
                    }
                    if (now.typed() != null) {
                        listener.applied(old == null ? null : old.typed(), now.typed());
                    } else {
                        listener.secretChanged(e.getKey().namespace(), e.getKey().name());
                    }
                });
    }

    private static String rank(ResourceKey key) {
        int rank = ORDER.indexOf(key.kind());
        return (rank < 0 ? ORDER.size() : rank) + " " + key;
    }
}
