package dev.penstock.dataplane.resource;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;
import dev.penstock.dataplane.resource.schema.ResourceSchemas;

/** The kinds that this program reads, with their classes and schemas. Thread safe. */
final class ResourceTypes {
    private static final Map<String, Class<? extends HasMetadata>> CLASSES = List
            .of(LiveStream.class, MediaGateway.class, MediaPool.class, ObjectStore.class, Recording.class,
                    RenderSession.class)
            .stream()
            .collect(Collectors.toUnmodifiableMap(HasMetadata::getKind, Function.identity()));

    private final KubernetesSerialization serialization = new KubernetesSerialization(new ObjectMapper(), false);
    private final ResourceSchemas schemas = ResourceSchemas.ofClassPath(CLASSES.values().stream()
            .map(type -> "/penstock/crds/" + HasMetadata.getPlural(type) + "." + HasMetadata.getGroup(type) + ".yaml")
            .toList());

    ResourceSchemas schemas() {
        return schemas;
    }

    /** The typed form of a resource that was accepted; given as maps or as JSON. */
    HasMetadata typed(String kind, Object resource) {
        Class<? extends HasMetadata> type = CLASSES.get(kind);
        if (type == null) {
            throw new IllegalArgumentException(kind + " (expected: one of " + CLASSES.keySet() + ")");
        }
        return serialization.convertValue(resource, type);
    }
}
