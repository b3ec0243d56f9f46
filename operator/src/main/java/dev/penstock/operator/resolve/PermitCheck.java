package dev.penstock.operator.resolve;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.LiveStreamSpec;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Permit;
import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.api.v1alpha1.PullUrl;

/**
 * Whether a pool permits what lets a tenant run code or read files in its pods. The default is nothing. Answers are sentences for
 * people, empty when all is permitted.
 */
public final class PermitCheck {
    private PermitCheck() {}

    /** Checks the sources of a stream. */
    public static Optional<String> stream(LiveStreamSpec spec, @Nullable Permit permit) {
        if (spec.source().pull() == null) {
            return Optional.empty();
        }
        List<PullUrl> urls = spec.source().pull().urls();
        for (int i = 0; i < urls.size(); i++) {
            Optional<String> refusal = url("spec.source.pull.urls[" + i + "]", urls.get(i), permit);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    /** Checks a store. */
    public static Optional<String> store(ObjectStoreSpec spec, @Nullable Permit permit) {
        return spec.file() == null
                ? Optional.empty()
                : folder("ObjectStore spec.file.path", spec.file().path(), permit);
    }

    private static Optional<String> url(String at, PullUrl source, @Nullable Permit permit) {
        if (source.command() != null) {
            String program = source.command().getFirst();
            List<String> permitted = permit == null || permit.programs() == null ? List.of() : permit.programs();
            return permitted.contains(program)
                    ? Optional.empty()
                    : Optional.of(at + ".command: " + program + " (expected: one of MediaPool spec.permit.programs "
                            + permitted + ")");
        }
        String url = source.url() == null ? "" : source.url();
        String scheme = url.substring(0, Math.max(0, url.indexOf(':')));
        if (!scheme.equals("file") && !scheme.equals("unix")) {
            return Optional.empty();
        }
        return folder(at + ".url", url.substring(scheme.length() + 1).replaceFirst("^//(?=/)", ""), permit);
    }

    /** By the text alone: what a link in the folder leads to, the pod must check. */
    private static Optional<String> folder(String at, String path, @Nullable Permit permit) {
        List<String> permitted = permit == null || permit.folders() == null ? List.of() : permit.folders();
        Path file = Path.of(path).normalize();
        if (file.isAbsolute() && permitted.stream().anyMatch(f -> file.startsWith(Path.of(f).normalize()))) {
            return Optional.empty();
        }
        return Optional
                .of(at + ": " + path + " (expected: below one of MediaPool spec.permit.folders " + permitted + ")");
    }
}
