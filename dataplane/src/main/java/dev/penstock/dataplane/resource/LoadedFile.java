package dev.penstock.dataplane.resource;

import java.util.List;
import java.util.Map;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

import dev.penstock.dataplane.resource.schema.YamlDocument;

/**
 * What a file holds.
 *
 * @param entries resources that are named in it, accepted or not
 * @param problems what is wrong in it
 * @param anonymous whether it holds something that does not say what it is, which may be any resource it held before
 */
record LoadedFile(List<Entry> entries, List<Problem> problems, boolean anonymous) {
    static LoadedFile unreadable(Problem problem) {
        return new LoadedFile(List.of(), List.of(problem), true);
    }

    /**
     * A resource in a file.
     *
     * @param line where it begins
     * @param document the document, for the lines of its fields, or null when refused
     * @param content the accepted resource with its defaults, or null when refused
     * @param typed its typed form, or null when refused or a Secret
     * @param secret the data of a Secret, or null
     * @param ignored whether it is of no interest here
     */
    record Entry(ResourceKey key, String file, int line, @Nullable YamlDocument document,
            @Nullable Map<String, @Nullable Object> content,
            @Nullable HasMetadata typed, @Nullable SecretData secret, boolean ignored) {
        static Entry of(ResourceKey key, String file, YamlDocument document, Map<String, @Nullable Object> content,
                HasMetadata typed) {
            return new Entry(key, file, document.line(), document, content, typed, null, false);
        }

        static Entry ofSecret(ResourceKey key, String file, int line, SecretData secret) {
            return new Entry(key, file, line, null, null, null, secret, false);
        }

        static Entry refused(ResourceKey key, String file, int line) {
            return new Entry(key, file, line, null, null, null, null, false);
        }

        static Entry nothing(ResourceKey key, String file, int line) {
            return new Entry(key, file, line, null, null, null, null, true);
        }

        boolean accepted() {
            return typed != null || secret != null;
        }
    }
}
