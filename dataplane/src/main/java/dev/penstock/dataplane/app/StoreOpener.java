package dev.penstock.dataplane.app;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.penstock.api.v1alpha1.ObjectStoreSpec;
import dev.penstock.dataplane.resource.ResourceSource;
import dev.penstock.dataplane.resource.SecretData;
import dev.penstock.dataplane.store.ObjectStore;
import dev.penstock.dataplane.store.file.FileObjectStore;
import dev.penstock.dataplane.store.s3.S3Config;
import dev.penstock.dataplane.store.s3.S3ObjectStore;

/** Opens the store that an ObjectStore resource describes. */
final class StoreOpener {
    private final ResourceSource resources;
    private final Path data;
    private final InstantSource clock;

    /**
     * @param resources where Secrets are
     * @param data folder that relative paths count from
     */
    StoreOpener(ResourceSource resources, Path data, InstantSource clock) {
        this.resources = resources;
        this.data = data;
        this.clock = clock;
    }

    /**
     * Opens a store; whoever calls this closes it. Makes no connection, but may block to read a Secret.
     *
     * @throws IllegalArgumentException when it can never work as it is; the message names field, value and what was expected
     */
    ObjectStore open(String namespace, ObjectStoreSpec spec) {
        if (spec.file() != null) {
            return new FileObjectStore(data.resolve(spec.file().path()).normalize(), clock);
        }
        ObjectStoreSpec.S3 s3 = spec.s3();
        if (s3 == null) {
            throw new IllegalArgumentException("spec: neither s3 nor file (expected: exactly one)");
        }
        return new S3ObjectStore(
                new S3Config(Optional.ofNullable(s3.endpoint()).map(URI::create), s3.region(), s3.bucket(),
                        s3.prefix() == null ? "" : s3.prefix(), s3.pathStyle(), credentials(namespace, s3),
                        S3Config.DEFAULT_TIMEOUT));
    }

    private Optional<S3Config.Credentials> credentials(String namespace, ObjectStoreSpec.S3 s3) {
        if (s3.secretRef() == null) {
            return Optional.empty();
        }
        String name = s3.secretRef().name();
        SecretData secret = resources.secret(namespace, name).orElseThrow(() -> new IllegalArgumentException(
                "spec.s3.secretRef.name: " + name + " (expected: a Secret in namespace " + namespace + ")"));
        return Optional
                .of(new S3Config.Credentials(key(secret, name, "accessKeyId"), key(secret, name, "secretAccessKey"),
                        optional(secret, "sessionToken")));
    }

    private static String key(SecretData secret, String name, String key) {
        return secret.text(key).map(String::strip).orElseThrow(() -> new IllegalArgumentException(
                "spec.s3.secretRef.name: " + name + " (expected: a Secret with the key " + key + ")"));
    }

    private static @Nullable String optional(SecretData secret, String key) {
        return secret.text(key).map(String::strip).orElse(null);
    }
}
