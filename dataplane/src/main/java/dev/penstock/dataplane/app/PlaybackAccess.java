package dev.penstock.dataplane.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.StreamAccess;
import dev.penstock.dataplane.access.JwtRules;
import dev.penstock.dataplane.access.Origins;
import dev.penstock.dataplane.access.PlaybackRules;
import dev.penstock.dataplane.access.SignedUrl;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;

/**
 * {@code spec.access} of streams, with the Secrets that it names. A Secret that is missing admits nobody, and is a problem. Changed by the
 * one thread that tells of resources, read by any thread.
 */
final class PlaybackAccess {
    private final ResourceSource resources;
    private final Problems problems;
    private final Map<String, Entry> streams = new ConcurrentHashMap<>();

    private record Entry(LiveStream resource, PlaybackRules rules) {}

    PlaybackAccess(ResourceSource resources, Problems problems) {
        this.resources = resources;
        this.problems = problems;
    }

    /** A stream is new or has changed; told before the stream is served. Blocks to read Secrets. */
    void apply(LiveStream stream) {
        streams.put(LiveStreams.id(stream), new Entry(stream, rules(stream)));
    }

    /** A stream is gone; told after it is not served any more. */
    void remove(String namespace, String name) {
        streams.remove(namespace + "/" + name);
        Stream.of("signedUrlSecretRef", "basicSecretRef", "bearerSecretRef", "jwt")
                .forEach(field -> problems.solved(problem(namespace + "/" + name, field)));
    }

    /** A Secret has changed. */
    void secretChanged(String namespace, String secret) {
        for (Entry entry : List.copyOf(streams.values())) {
            if (entry.resource().getMetadata().getNamespace().equals(namespace)
                    && secrets(entry.resource()).contains(secret)) {
                apply(entry.resource());
            }
        }
    }

    /** The rules of a stream; nothing when it is not known here, and so not served. */
    Optional<PlaybackRules> rules(String stream) {
        return Optional.ofNullable(streams.get(stream)).map(Entry::rules);
    }

    /** Somebody was refused: perhaps because a Secret has changed and nobody knows yet. */
    void doubted(String stream) {
        Entry entry = streams.get(stream);
        if (entry != null) {
            String namespace = entry.resource().getMetadata().getNamespace();
            secrets(entry.resource()).forEach(secret -> resources.refreshSecret(namespace, secret));
        }
    }

    private PlaybackRules rules(LiveStream stream) {
        StreamAccess access = stream.getSpec().access();
        if (access == null) {
            return PlaybackRules.OPEN;
        }
        Optional<SecretData> signing = secret(stream, "signedUrlSecretRef", access.signedUrlSecretRef());
        Optional<SecretData> users = secret(stream, "basicSecretRef", access.basicSecretRef());
        Optional<SecretData> bearers = secret(stream, "bearerSecretRef", access.bearerSecretRef());
        List<String> keys = signing.map(SecretData::texts).orElse(List.of()).stream().filter(SignedUrl::usable)
                .toList();
        if (signing.isPresent() && keys.size() < signing.get().texts().size()) {
            fail(stream, "signedUrlSecretRef", access.signedUrlSecretRef(),
                    "keys of at least " + SignedUrl.LEAST_KEY_BYTES + " bytes; shorter ones are not used");
        }
        Optional<JwtRules> jwt = jwt(stream, access.jwt());
        boolean isSigned = access.signedUrlSecretRef() != null || (access.jwt() != null && jwt.isEmpty());
        return new PlaybackRules(isSigned ? keys : null, jwt.orElse(null),
                access.basicSecretRef() == null ? null : users.map(SecretData::all).orElse(Map.of()),
                access.bearerSecretRef() == null ? null : bearers.map(SecretData::texts).orElse(List.of()),
                access.origins() == null || access.origins().isEmpty() ? Origins.ANY : Origins.of(access.origins()));
    }

    /** Rules of tokens; nothing when there are none or their URL is none, which must not make the stream open. */
    private Optional<JwtRules> jwt(LiveStream stream, StreamAccess.@Nullable Jwt jwt) {
        String id = LiveStreams.id(stream);
        problems.solved(problem(id, "jwt"));
        if (jwt == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new JwtRules(new URI(jwt.jwksUrl()), jwt.issuer(), jwt.audience()));
        } catch (URISyntaxException e) {
            problems.failed(problem(id, "jwt"), "LiveStream " + id, "spec.access.jwt.jwksUrl", "not shown",
                    "a URL (RFC 3986); until then no token is accepted");
            return Optional.empty();
        }
    }

    private Optional<SecretData> secret(LiveStream stream, String field, @Nullable NameRef ref) {
        problems.solved(problem(LiveStreams.id(stream), field));
        if (ref == null) {
            return Optional.empty();
        }
        String namespace = stream.getMetadata().getNamespace();
        Optional<SecretData> found = resources.secret(namespace, ref.name());
        if (found.isEmpty()) {
            fail(stream, field, ref, "a Secret in namespace " + namespace + "; until then it admits nobody");
        } else if (found.get().texts().stream().allMatch(String::isBlank)) {
            fail(stream, field, ref, "a Secret with at least one value; until then it admits nobody");
        }
        return found;
    }

    private void fail(LiveStream stream, String field, NameRef ref, String expected) {
        String id = LiveStreams.id(stream);
        problems.failed(problem(id, field), "LiveStream " + id, "spec.access." + field + ".name", ref.name(), expected);
    }

    private static String problem(String stream, String field) {
        return "LiveStream " + stream + " access " + field;
    }

    private static List<String> secrets(LiveStream stream) {
        StreamAccess access = stream.getSpec().access();
        if (access == null) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        Stream.of(Optional.ofNullable(access.signedUrlSecretRef()), Optional.ofNullable(access.basicSecretRef()),
                Optional.ofNullable(access.bearerSecretRef())).flatMap(Optional::stream)
                .forEach(ref -> all.add(ref.name()));
        return all;
    }
}
