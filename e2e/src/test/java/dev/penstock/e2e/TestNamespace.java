package dev.penstock.e2e;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;

import dev.penstock.api.Condition;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.ObjectStore;
import dev.penstock.api.v1alpha1.Recording;
import dev.penstock.api.v1alpha1.RenderSession;

/** A namespace of one test, and short ways to write and await what is in it. */
final class TestNamespace {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int WAIT_SECONDS = 20;

    private final KubernetesClient client;
    private final String name;

    private TestNamespace(KubernetesClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** Makes a namespace with a name of its own. */
    static TestNamespace create(KubernetesClient client) {
        return create(client, "test-" + NUMBER.incrementAndGet());
    }

    /** Makes a namespace. */
    static TestNamespace create(KubernetesClient client, String name) {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build()).create();
        return new TestNamespace(client, name);
    }

    String name() {
        return name;
    }

    /** Applies a resource as a user would; the version is added. */
    void apply(String yaml) {
        client.resource("apiVersion: penstock.dev/v1alpha1\n" + yaml).inNamespace(name).serverSideApply();
    }

    <T extends HasMetadata> Resource<T> resource(Class<T> kind, String resource) {
        return client.resources(kind).inNamespace(name).withName(resource);
    }

    <T extends HasMetadata> T get(Class<T> kind, String resource) {
        return resource(kind, resource).require();
    }

    /** Waits until a resource is as wanted; fails with what it is after {@value #WAIT_SECONDS} s. */
    <T extends HasMetadata> T await(Class<T> kind, String resource, String wanted, Predicate<T> condition) {
        try {
            return resource(kind, resource).waitUntilCondition(r -> r != null && condition.test(r), WAIT_SECONDS,
                    TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            throw new AssertionError(wanted + ", but it is\n" + Serialization.asYaml(resource(kind, resource).get()),
                    e);
        }
    }

    /** Waits until a condition has a status and reason. */
    <T extends HasMetadata> T awaitCondition(Class<T> kind, String resource, String type, Condition.Status status,
            String reason) {
        return await(kind, resource, type + "=" + status + " " + reason, r -> {
            Condition condition = conditions(r).get(type);
            return condition != null && condition.status() == status && condition.reason().equals(reason);
        });
    }

    /** Waits until Ready is True. */
    <T extends HasMetadata> T awaitReady(Class<T> kind, String resource) {
        return await(kind, resource, "Ready=True", r -> isReady(r));
    }

    static boolean isReady(HasMetadata resource) {
        Condition ready = conditions(resource).get("Ready");
        return ready != null && ready.status() == Condition.Status.True
                && resource.getMetadata().getGeneration().equals(ready.observedGeneration());
    }

    /** Conditions by type. */
    static Map<String, Condition> conditions(HasMetadata resource) {
        Map<String, Condition> byType = new TreeMap<>();
        Iterable<Condition> all = switch (resource) {
            case LiveStream r when r.getStatus() != null -> r.getStatus().conditions();
            case MediaPool r when r.getStatus() != null -> r.getStatus().conditions();
            case MediaGateway r when r.getStatus() != null -> r.getStatus().conditions();
            case Recording r when r.getStatus() != null -> r.getStatus().conditions();
            case ObjectStore r when r.getStatus() != null -> r.getStatus().conditions();
            case RenderSession r when r.getStatus() != null -> r.getStatus().conditions();
            default -> null;
        };
        if (all != null) {
            all.forEach(c -> byType.put(c.type(), c));
        }
        return byType;
    }
}
