package dev.penstock.dataplane.resource;

import java.util.List;
import java.util.Set;

import io.fabric8.kubernetes.api.model.HasMetadata;

import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.dataplane.resource.schema.YamlDocument;

/** Finds references to what is not there. Such a resource runs, and does its work as soon as the other one is there. */
final class References {
    private References() {}

    /** Adds a problem for each reference of a resource that leads nowhere. */
    static void check(LoadedFile.Entry entry, Set<ResourceKey> all, List<Problem> found) {
        HasMetadata typed = entry.typed();
        String namespace = entry.key().namespace();
        if (typed instanceof Recording recording) {
            if (recording.getSpec().streamRef() != null) {
                check(entry, "spec.streamRef.name",
                        new ResourceKey("LiveStream", namespace, recording.getSpec().streamRef().name()), all, found);
            }
            check(entry, "spec.storeRef.name",
                    new ResourceKey("ObjectStore", namespace, recording.getSpec().storeRef().name()), all, found);
        } else if (typed instanceof ObjectStore store && store.getSpec().s3() != null
                && store.getSpec().s3().secretRef() != null) {
            check(entry, "spec.s3.secretRef.name",
                    new ResourceKey("Secret", namespace, store.getSpec().s3().secretRef().name()), all, found);
        }
    }

    private static void check(LoadedFile.Entry entry, String field, ResourceKey target, Set<ResourceKey> all,
            List<Problem> found) {
        YamlDocument document = entry.document();
        if (!all.contains(target)) {
            ResourceKey key = entry.key();
            found.add(new Problem(entry.file(), document == null ? entry.line() : document.lineOf(field), key.kind(),
                    key.namespace(),
                    key.name(), field, target.name(),
                    "expected: " + article(target.kind()) + " of namespace " + target.namespace()));
        }
    }

    private static String article(String kind) {
        return (kind.startsWith("O") ? "an " : "a ") + kind;
    }
}
