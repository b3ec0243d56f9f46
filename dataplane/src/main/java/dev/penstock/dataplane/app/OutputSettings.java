package dev.penstock.dataplane.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.NameRef;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.StreamOutputs;
import dev.penstock.dataplane.push.Credentials;
import dev.penstock.dataplane.push.PushPlan;
import dev.penstock.dataplane.push.PushPlanner;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;

/** Reads {@code spec.outputs.push}, with the Secrets that it names. */
final class OutputSettings {
    private OutputSettings() {}

    /** The servers that a stream is sent on to; one that cannot be tried says why. May block to read Secrets. */
    static List<PushPlan> of(LiveStream stream, ResourceSource resources) {
        List<PushPlan> plans = new ArrayList<>();
        List<StreamOutputs.Push> pushes = pushes(stream);
        for (int i = 0; i < pushes.size(); i++) {
            plans.add(plan(stream.getMetadata().getNamespace(), pushes.get(i), "spec.outputs.push[" + i + "]",
                    resources));
        }
        return plans;
    }

    /** Names of the Secrets that they need. */
    static Set<String> secrets(LiveStream stream) {
        Set<String> names = new TreeSet<>();
        pushes(stream).stream().map(StreamOutputs.Push::secretRef).filter(Objects::nonNull)
                .forEach(ref -> names.add(ref.name()));
        return names;
    }

    private static List<StreamOutputs.Push> pushes(LiveStream stream) {
        return Optional.ofNullable(stream.getSpec().outputs()).map(StreamOutputs::push).orElse(List.of());
    }

    private static PushPlan plan(String namespace, StreamOutputs.Push push, String at, ResourceSource resources) {
        NameRef ref = push.secretRef();
        if (ref == null) {
            return PushPlanner.plan(at, push.name(), push.url(), Credentials.NONE);
        }
        String field = at + ".secretRef.name: " + ref.name();
        Optional<SecretData> secret = resources.secret(namespace, ref.name());
        if (secret.isEmpty()) {
            return PushPlanner.refused(push.name(), push.url(),
                    field + " (expected: a Secret in namespace " + namespace + ")");
        }
        Credentials credentials = new Credentials(text(secret.get(), "key"), text(secret.get(), "username"),
                text(secret.get(), "password"), text(secret.get(), "passphrase"));
        return credentials.equals(Credentials.NONE)
                ? PushPlanner.refused(push.name(), push.url(),
                        field + " (expected: a Secret with key, with username and password, or with passphrase)")
                : PushPlanner.plan(at, push.name(), push.url(), credentials);
    }

    private static @Nullable String text(SecretData secret, String key) {
        return secret.text(key).map(String::strip).filter(value -> !value.isEmpty()).orElse(null);
    }
}
