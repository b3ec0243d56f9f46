package dev.penstock.dataplane.resource;

import dev.penstock.api.ServedFeatures.NotServed;

/** Says that a feature is not served yet, in the words that the operator uses. */
final class NotServedProblems {
    private NotServedProblems() {}

    static Problem of(String file, int line, ResourceKey key, NotServed feature) {
        String prefix = feature.field() + ": ";
        String message = feature.message().startsWith(prefix)
                ? feature.message().substring(prefix.length())
                : feature.message();
        return new Problem(file, line, key.kind(), key.namespace(), key.name(), feature.field(), "", message);
    }
}
