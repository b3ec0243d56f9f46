package dev.penstock.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
    /** Programs that come with Penstock; a bare name means the bundled one, which an image has in this folder. */
    private static final Set<String> BUNDLED = Set.of("ffmpeg", "ffprobe");
    private static final String BUNDLED_FOLDER = "/usr/local/bin/";

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
            return permitted.contains(BUNDLED.contains(program) ? BUNDLED_FOLDER + program : program)
                    ? Optional.empty()
                    : Optional.of(at + ".command: " + program + " (expected: one of MediaPool spec.permit.programs "
                            + permitted + ")");
        }
        String url = source.url() == null ? "" : source.url();
        URI uri;
        try {
            uri = new URI(url.strip());
        } catch (URISyntaxException e) {
            return Optional.of(at + ".url: not a URL (expected: scheme://host:port/path)");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("file") && !scheme.equals("unix")) {
            return Optional.empty();
        }
        // Decoded, as the pod reads it: an escaped dot must not lead out of the folder.
        String path = uri.isOpaque() ? uri.getSchemeSpecificPart() : uri.getPath();
        return folder(at + ".url", path == null ? "" : path, permit);
    }

    /** By the text alone: what a link in the folder leads to, the pod must check. */
    private static Optional<String> folder(String at, String path, @Nullable Permit permit) {
        List<String> permitted = permit == null || permit.folders() == null ? List.of() : permit.folders();
        if (permitted.stream().anyMatch(folder -> isBelow(path, folder))) {
            return Optional.empty();
        }
        return Optional
                .of(at + ": " + path + " (expected: below one of MediaPool spec.permit.folders " + permitted + ")");
    }

    private static boolean isBelow(String path, String folder) {
        try {
            Path file = Path.of(path).normalize();
            return file.isAbsolute() && file.startsWith(Path.of(folder).normalize());
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
