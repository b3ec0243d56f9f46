package dev.penstock.dataplane.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * Whether the process lives and can serve: named checks, registered by whoever can tell. Any thread. Checks are asked at
 * every probe, so they only look at what is known already: no I/O, no lock that anybody holds for long.
 */
public final class Health {
    /** What a failing check means. */
    public enum Kind {
        /** The process cannot heal by itself: restart it. */
        LIVE,
        /** The process must not get traffic now. */
        READY
    }

    /**
     * A check's answer.
     *
     * @param name the check
     * @param kind what it means when it fails
     * @param problem why it fails, one line free of secrets; empty when all is well
     */
    public record Result(String name, Kind kind, Optional<String> problem) {}

    private record Check(Kind kind, Supplier<Optional<String>> ask) {}

    private final SortedMap<String, Check> checks = new ConcurrentSkipListMap<>();

    /**
     * Adds a check, or replaces the one of the same name.
     *
     * @param name short, lower case
     * @param ask gives why the check fails, or empty when all is well; one that throws fails
     */
    public void add(String name, Kind kind, Supplier<Optional<String>> ask) {
        checks.put(name, new Check(kind, ask));
    }

    /** Takes a check away. */
    public void remove(String name) {
        checks.remove(name);
    }

    /** Answers of all checks, by name. */
    public List<Result> results() {
        List<Result> results = new ArrayList<>();
        checks.forEach((name, check) -> results.add(new Result(name, check.kind(), ask(check))));
        return results;
    }

    /** Answers that decide about a kind: the live checks for LIVE, all for READY. */
    public List<Result> results(Kind kind) {
        return results().stream().filter(result -> kind == Kind.READY || result.kind() == Kind.LIVE).toList();
    }

    private static Optional<String> ask(Check check) {
        try {
            return check.ask().get();
        } catch (RuntimeException e) {
            return Optional.of("check failed: " + e.getClass().getSimpleName());
        }
    }
}
