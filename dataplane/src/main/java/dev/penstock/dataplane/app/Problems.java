package dev.penstock.dataplane.app;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.dataplane.api.ProblemView;
import dev.penstock.dataplane.resource.Problem;
import dev.penstock.dataplane.telemetry.LogKeys;

/**
 * What is refused now: what the resources' own check found, and what was found when they were carried out. Each is logged once
 * when it appears. Any thread.
 */
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final Map<String, ProblemView> carryingOut = new TreeMap<>();
    private List<Problem> judged = List.of();

    /** What the resources' check finds now, all of it. */
    synchronized void judged(List<Problem> all) {
        Set<Problem> known = new HashSet<>(judged);
        judged = List.copyOf(all);
        for (Problem problem : judged) {
            if (!known.contains(problem)) {
                LOG.atWarn().addKeyValue(LogKeys.FILE, problem.file()).addKeyValue(LogKeys.FIELD, problem.field())
                        .addKeyValue(LogKeys.REASON, problem.sentence()).log("Resource refused");
            }
        }
    }

    /**
     * A resource cannot be carried out.
     *
     * @param resource kind, namespace and name
     * @param reason field, value and what was expected
     */
    synchronized void failed(String resource, String reason) {
        put(resource, new ProblemView(null, resource, null, null, reason), reason, "Resource not served");
    }

    /**
     * A field of a resource cannot be carried out; the rest of it is.
     *
     * @param key name of the problem, to solve it by
     * @param resource kind, namespace and name
     */
    synchronized void failed(String key, String resource, String field, String value, String expected) {
        put(key, new ProblemView(null, resource, field, value, expected),
                field + ": " + value + " (expected: " + expected + ")", "Field not served");
    }

    private void put(String key, ProblemView problem, String reason, String said) {
        if (!problem.equals(carryingOut.put(key, problem))) {
            LOG.atWarn().addKeyValue(LogKeys.RESOURCE, problem.resource()).addKeyValue(LogKeys.REASON, reason)
                    .log(said);
        }
    }

    /** A resource is carried out, or is gone; or what was named by that key is no problem any more. */
    synchronized void solved(String key) {
        carryingOut.remove(key);
    }

    /** All, by file and field; then those found when carrying out, by resource. */
    synchronized List<ProblemView> views() {
        Stream<ProblemView> files = judged.stream()
                .sorted(Comparator.comparing(Problem::file).thenComparingInt(Problem::line)
                        .thenComparing(Problem::field))
                .map(Problems::view);
        return Stream.concat(files, carryingOut.values().stream()).toList();
    }

    private static ProblemView view(Problem problem) {
        String resource = problem.kind().isEmpty()
                ? null
                : problem.kind() + " " + problem.namespace() + "/" + problem.name();
        String file = problem.line() > 0 ? problem.file() + ":" + problem.line() : problem.file();
        return new ProblemView(file, resource, problem.field().isEmpty() ? null : problem.field(),
                problem.value().isEmpty() ? null : problem.value(), problem.message());
    }
}
