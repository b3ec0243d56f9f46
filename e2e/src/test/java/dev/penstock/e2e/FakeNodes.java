package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.MediaPool;

/**
 * Stands in for the StatefulSet controller, the kubelets and the admin port of the pods in one namespace: each StatefulSet has its
 * pods at once, they run on loopback addresses of their own and answer {@code GET /pod} with the newest table; they are ready when
 * the operator says that they have joined. A pod can be told to say nothing. Works on the informers' threads until it is closed.
 */
final class FakeNodes implements AutoCloseable {
    private static final int ADMIN_PORT = 9090;
    /** Other runs on this machine have other processes. */
    private static final int NETWORK = 16 + (int) (ProcessHandle.current().pid() % 200);
    private static final AtomicInteger ADDRESS = new AtomicInteger(
            (int) (ProcessHandle.current().pid() / 200 % 200) * 250);

    private final KubernetesClient client;
    private final String namespace;
    private final List<SharedIndexInformer<?>> informers;
    private final Map<String, HttpServer> servers = new HashMap<>();
    private final Map<String, Long> epochs = new ConcurrentHashMap<>();
    private final Map<String, Integer> streams = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    /** Starts. */
    FakeNodes(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
        this.informers = List.of(
                client.resources(MediaPool.class).inNamespace(namespace).inform(onChange(this::learn)),
                client.apps().statefulSets().inNamespace(namespace).inform(onChange(this::run)),
                client.pods().inNamespace(namespace).inform(onChange(this::count)));
    }

    @Override
    public void close() {
        isClosed = true;
        informers.forEach(SharedIndexInformer::close);
        synchronized (servers) {
            servers.values().forEach(server -> server.stop(0));
            servers.clear();
        }
    }

    /** From now on the pod answers nothing; {@link #start} ends that. */
    void stop(String pod) {
        synchronized (servers) {
            servers.get(pod).stop(0);
        }
    }

    /** The pod answers again. */
    void start(String pod) {
        serve(pod, client.pods().inNamespace(namespace).withName(pod).require().getStatus().getPodIP());
    }

    /** Sets how many streams a pod says it has. */
    void streams(String pod, int count) {
        streams.put(pod, count);
    }

    private void learn(MediaPool pool) {
        if (pool.getStatus() != null && pool.getStatus().ring() != null) {
            epochs.put(pool.getMetadata().getName(), pool.getStatus().ring().epoch());
        }
    }

    private void run(StatefulSet set) {
        String name = set.getMetadata().getName();
        int replicas = set.getSpec().getReplicas();
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            Pod there = client.pods().inNamespace(namespace).withName(name + "-" + ordinal).get();
            if (there == null) {
                create(set, name + "-" + ordinal);
            } else if (!isServed(name + "-" + ordinal)) {
                serve(name + "-" + ordinal, there.getStatus().getPodIP());
            }
        }
        for (int ordinal = replicas; ordinal < 1000; ordinal++) {
            if (client.pods().inNamespace(namespace).withName(name + "-" + ordinal).withGracePeriod(0).delete()
                    .isEmpty()) {
                break;
            }
        }
        count(set);
    }

    private void create(StatefulSet set, String name) {
        Pod pod = new PodBuilder().withNewMetadata().withName(name).withNamespace(namespace)
                .withLabels(set.getSpec().getTemplate().getMetadata().getLabels())
                .addNewOwnerReference().withApiVersion("apps/v1").withKind("StatefulSet")
                .withName(set.getMetadata().getName()).withUid(set.getMetadata().getUid()).withController(true)
                .endOwnerReference().endMetadata().withSpec(set.getSpec().getTemplate().getSpec()).build();
        client.resource(pod).create();
        int number = ADDRESS.incrementAndGet();
        String address = "127." + NETWORK + "." + number / 250 % 250 + "." + (1 + number % 250);
        serve(name, address);
        client.pods().inNamespace(namespace).withName(name).subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                        {"status": {"phase": "Running", "podIP": "%1$s", "podIPs": [{"ip": "%1$s"}], "conditions": [
                        {"type": "PodScheduled", "status": "True"}, {"type": "ContainersReady", "status": "True"}]}}"""
                        .formatted(address));
    }

    private boolean isServed(String pod) {
        synchronized (servers) {
            return servers.containsKey(pod);
        }
    }

    private void serve(String pod, String address) {
        String pool = pod.substring(0, pod.lastIndexOf('-'));
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(address, ADMIN_PORT), 0);
            server.createContext("/pod", exchange -> {
                byte[] body = ("{\"ready\": true, \"epoch\": " + epochs.getOrDefault(pool, 0L) + ", \"streams\": "
                        + streams.getOrDefault(pod, 0) + "}").getBytes(StandardCharsets.UTF_8);
                try (exchange) {
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            });
            server.start();
            synchronized (servers) {
                servers.put(pod, server);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(address, e);
        }
    }

    /** As the kubelet: ready is what the containers and the gate say. Then as the controller: counts. */
    private void count(Pod pod) {
        boolean isReady = is(pod, "ContainersReady") && is(pod, Labels.JOINED);
        if (isReady != is(pod, "Ready")) {
            PodCondition ready = new PodConditionBuilder().withType("Ready").withStatus(isReady ? "True" : "False")
                    .build();
            client.pods().inNamespace(namespace).withName(pod.getMetadata().getName()).subresource("status")
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"status\": {\"conditions\": [{\"type\": \""
                            + ready.getType() + "\", \"status\": \"" + ready.getStatus() + "\"}]}}");
        }
        String name = pod.getMetadata().getName();
        StatefulSet set = client.apps().statefulSets().inNamespace(namespace)
                .withName(name.substring(0, Math.max(0, name.lastIndexOf('-')))).get();
        if (set != null) {
            count(set);
        }
    }

    private void count(StatefulSet set) {
        List<Pod> pods = IntStream.range(0, set.getSpec().getReplicas())
                .mapToObj(o -> client.pods().inNamespace(namespace).withName(set.getMetadata().getName() + "-" + o)
                        .get())
                .filter(Objects::nonNull).toList();
        int ready = (int) pods.stream().filter(p -> is(p, "Ready")).count();
        set.setStatus(new StatefulSetStatusBuilder().withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(pods.size()).withReadyReplicas(ready).withUpdatedReplicas(pods.size())
                .withCurrentReplicas(pods.size()).build());
        set.getMetadata().setResourceVersion(null);
        client.resource(set).patchStatus();
    }

    private static boolean is(Pod pod, String condition) {
        return pod.getStatus() != null && pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals("True"));
    }

    private <T> ResourceEventHandler<T> onChange(Consumer<T> then) {
        return new FakePods.OnChange<>(object -> {
            try {
                then.accept(object);
            } catch (KubernetesClientException e) {
                // A write that the end of the test has cut off, or one that came too late.
                if (!isClosed && e.getCode() != 404 && e.getCode() != 409) {
                    throw e;
                }
            }
        });
    }
}
