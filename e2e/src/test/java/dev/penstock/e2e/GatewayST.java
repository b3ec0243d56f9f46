package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.penstock.api.Condition.Status;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.agent.AgentSettings;
import dev.penstock.operator.agent.GatewayAgent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GatewayST {
    private static final List<Class<? extends HasMetadata>> MADE = List.of(Deployment.class, Service.class,
            ConfigMap.class, ServiceAccount.class, Role.class, RoleBinding.class);
    private static final String POOL = "kind: MediaPool\nmetadata: {name: cams}\nspec: {modes: [Live], replicas: 2, gatewayRef: {name: front}}";

    @TempDir
    Path folder;
    private final ControlPlane plane = ControlPlane.get();
    private final KubernetesClient client = plane.admin();
    private TestNamespace space;

    @BeforeEach
    void makeNamespace() {
        space = TestNamespace.create(client);
    }

    @Test
    void shouldMakeItsObjectsAndBeReadyWithItsPods() {
        space.apply(POOL);
        apply("provider: Managed, replicas: 2, routes: [{path: /app, serviceRef: {name: wall}}]");

        MediaGateway gateway = space.awaitCondition(MediaGateway.class, "front", "Ready", Status.False,
                "PodsNotReady");
        assertThat(gateway.getStatus().pools()).containsExactly("cams");
        for (Class<? extends HasMetadata> kind : MADE) {
            assertThat(space.get(kind, "front-gateway").getMetadata().getOwnerReferences()).as(kind.getSimpleName())
                    .singleElement()
                    .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(gateway.getMetadata().getUid()));
        }
        space.await(PodDisruptionBudget.class, "front-gateway", "made", b -> true);
        assertThat(config()).contains("server cams-1 cams-1.cams-pods." + space.name() + ".svc.cluster.local:8080 id 2",
                "use_backend app_0 if { path /app }");

        try (FakePods _ = new FakePods(client, space.name())) {
            MediaGateway ready = space.awaitReady(MediaGateway.class, "front");
            assertThat(ready.getStatus().readyReplicas()).isEqualTo(2);
            assertThat(ready.getStatus().address())
                    .isEqualTo(space.get(Service.class, "front-gateway").getSpec().getClusterIP());
            assertThat(ready.getStatus().url())
                    .isEqualTo("http://front-gateway." + space.name() + ".svc.cluster.local");
            space.apply(
                    "kind: LiveStream\nmetadata: {name: door}\nspec: {source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}}");
            assertThat(space.awaitReady(LiveStream.class, "door").getStatus().urls().hls())
                    .isEqualTo(ready.getStatus().url() + "/live/" + space.name() + "/door/index.m3u8");

            space.resource(MediaPool.class, "cams").scale(3);
            space.await(ConfigMap.class, "front-gateway", "a third server",
                    c -> c.getData().get("haproxy.cfg").contains("server cams-2 "));
        }
    }

    @Test
    void shouldKnowTheAliasesOfItsStreams() {
        space.apply(POOL);
        apply("provider: Managed");
        String aliases = "spec: {source: {pull: {urls: [{url: \"http://camera/1.ts\"}]}}, http: {aliases: [/pipe.ts, /%s.m3u8]}}";
        space.apply("kind: LiveStream\nmetadata: {name: yard}\n" + aliases.formatted("yard"));
        String yard = " /live/" + space.name() + "/yard/";
        space.await(ConfigMap.class, "front-gateway", "the aliases", c -> c.getData().get("aliases.map")
                .equals("/pipe.ts" + yard + "stream.ts\n/yard.m3u8" + yard + "index.m3u8\n"));
        // Seconds tell which is older.
        LockSupport.parkNanos(1_100_000_000);
        space.apply("kind: LiveStream\nmetadata: {name: door}\n" + aliases.formatted("door"));
        space.await(MediaGateway.class, "front", "whose it is", g -> TestNamespace.conditions(g).get("Accepted")
                .message().contains("/pipe.ts belongs to LiveStream yard"));
        space.await(ConfigMap.class, "front-gateway", "an alias of the second", c -> c.getData().get("aliases.map")
                .startsWith("/door.m3u8 ") && c.getData().get("aliases.map").contains("/pipe.ts" + yard));
        space.resource(LiveStream.class, "yard").delete();
        space.await(ConfigMap.class, "front-gateway", "the alias passed on",
                c -> c.getData().get("aliases.map").contains("/pipe.ts /live/" + space.name() + "/door/stream.ts\n"));
    }

    @Test
    void shouldBeReachedByAPortOfEveryNode() {
        apply("provider: Managed, serviceType: NodePort");
        MediaGateway gateway = space.await(MediaGateway.class, "front", "an address",
                g -> g.getStatus() != null && g.getStatus().address() != null);
        assertThat(gateway.getStatus().address()).isEqualTo(
                "*:" + space.get(Service.class, "front-gateway").getSpec().getPorts().getFirst().getNodePort());
    }

    @Test
    void shouldPutBackWhatSomebodyChangedAndWriteNothingOtherwise() {
        try (FakePods _ = new FakePods(client, space.name())) {
            space.apply(POOL);
            apply("provider: Managed, replicas: 2");
            space.awaitReady(MediaPool.class, "cams");
            space.awaitReady(MediaGateway.class, "front");
            Map<String, String> before = settle();
            for (int i = 0; i < 2; i++) {
                plane.restartOperator();
                assertThat(settle()).isEqualTo(before);
            }
            space.resource(ConfigMap.class, "front-gateway").edit(c -> {
                c.getData().put("haproxy.cfg", "stats enable");
                return c;
            });
            space.await(ConfigMap.class, "front-gateway", "put back",
                    c -> c.getData().get("haproxy.cfg").contains("frontend http"));
            space.resource(Deployment.class, "front-gateway").delete();
            space.await(Deployment.class, "front-gateway", "made again",
                    d -> d.getMetadata().getDeletionTimestamp() == null);
            apply("provider: Managed, replicas: 1");
            space.await(Deployment.class, "front-gateway", "one pod", d -> d.getSpec().getReplicas() == 1);
            awaitGone(PodDisruptionBudget.class, "front-gateway");
        }
    }

    @Test
    void shouldLeaveAloneWhatBelongsToSomebodyElse() {
        client.resource(new ServiceBuilder().withNewMetadata().withName("front-gateway").withNamespace(space.name())
                .endMetadata().withNewSpec().withClusterIP("None").addToSelector("app", "other").addNewPort()
                .withPort(81).endPort().endSpec().build()).create();
        apply("provider: Managed");
        MediaGateway gateway = space.awaitCondition(MediaGateway.class, "front", "Stalled", Status.True,
                "NameConflict");
        assertThat(TestNamespace.conditions(gateway).get("Ready").message()).isEqualTo(
                "Service front-gateway: belongs to somebody else (expected: the name is free; delete or rename the object)");
        Service foreign = space.get(Service.class, "front-gateway");
        assertThat(foreign.getSpec().getPorts().getFirst().getPort()).isEqualTo(81);
        assertThat(foreign.getMetadata().getOwnerReferences()).isEmpty();

        space.resource(Service.class, "front-gateway").delete();
        apply("provider: Managed, replicas: 3");
        space.awaitCondition(MediaGateway.class, "front", "Ready", Status.False, "PodsNotReady");
        assertThat(space.get(Service.class, "front-gateway").getMetadata().getOwnerReferences()).hasSize(1);
    }

    @Test
    void shouldKeepTheDoorOpenWhenASecondLivePoolComes() {
        space.apply(POOL);
        apply("provider: Managed");
        space.await(ConfigMap.class, "front-gateway", "made", c -> true);
        String before = config();
        space.apply("kind: MediaPool\nmetadata: {name: also}\nspec: {modes: [Live], gatewayRef: {name: front}}");
        space.awaitCondition(MediaGateway.class, "front", "Stalled", Status.True, "HostConflict");
        assertThat(config()).isEqualTo(before);
        space.resource(MediaPool.class, "also").delete();
        space.awaitCondition(MediaGateway.class, "front", "Ready", Status.False, "PodsNotReady");
    }

    @Test
    void shouldMakeIngressesForAControllerAndTakeAwayItsOwn() {
        space.apply(POOL);
        apply("provider: Managed");
        space.await(Deployment.class, "front-gateway", "made", d -> true);
        apply("provider: HaproxyTech, host: video.example.com, ingressClassName: ht, tls: {secretRef: {name: a}}, routes: [{path: /app, serviceRef: {name: wall}}]");
        MediaGateway gateway = space.awaitReady(MediaGateway.class, "front");
        assertThat(TestNamespace.conditions(gateway).get("Accepted").message())
                .contains("the exact map of owners is not served yet");
        assertThat(gateway.getStatus().url()).isEqualTo("https://video.example.com");
        Ingress ingress = space.await(Ingress.class, "front-gateway", "made", i -> true);
        assertThat(ingress.getSpec().getIngressClassName()).isEqualTo("ht");
        assertThat(ingress.getMetadata().getAnnotations()).containsKey("haproxy.org/backend-config-snippet");
        space.await(Ingress.class, "front-gateway-apps", "made", i -> true);
        for (Class<? extends HasMetadata> kind : MADE) {
            awaitGone(kind, "front-gateway");
        }
        apply("provider: None");
        awaitGone(Ingress.class, "front-gateway");
        awaitGone(Ingress.class, "front-gateway-apps");
    }

    @Test
    void shouldGiveTheAgentWhatItNeedsAndNothingElse() throws IOException {
        space.apply(POOL);
        apply("provider: Managed");
        space.await(RoleBinding.class, "front-gateway", "made", b -> true);
        client.resource(new ConfigMapBuilder().withNewMetadata().withName("other").withNamespace(space.name())
                .endMetadata().build()).create();
        try (FakePods _ = new FakePods(client, space.name());
                KubernetesClient own = plane.as(space.name(), "front-gateway");
                GatewayAgent agent = new GatewayAgent(own, new AgentSettings(space.name(), "front-gateway", folder,
                        Optional.empty(), Duration.ofSeconds(1)), System::nanoTime)) {
            space.awaitReady(MediaPool.class, "cams");
            assertThat(agent.writeFirst()).isTrue();
            assertThat(Files.readString(folder.resolve("haproxy.cfg"))).isEqualTo(config());
            assertThat(Files.readString(folder.resolve("partitions.map"))).contains("0 cams-0\n")
                    .doesNotContain("cams-2");
            agent.start();
            space.resource(MediaPool.class, "cams").scale(3);
            for (int i = 0; i < 200
                    && !Files.readString(folder.resolve("partitions.map")).contains(" cams-2\n"); i++) {
                LockSupport.parkNanos(100_000_000);
            }
            // Written although no HAProxy runs: it reads the newest when it starts.
            assertThat(Files.readString(folder.resolve("partitions.map"))).contains(" cams-2\n");
            assertThat(agent.isAlive()).isTrue();
            assertThatThrownBy(() -> own.configMaps().inNamespace(space.name()).withName("other").get())
                    .isInstanceOf(KubernetesClientException.class).hasMessageContaining("forbidden");
            assertThatThrownBy(() -> own.secrets().inNamespace(space.name()).list())
                    .isInstanceOf(KubernetesClientException.class).hasMessageContaining("forbidden");
        }
    }

    private void apply(String spec) {
        space.apply("kind: MediaGateway\nmetadata: {name: front}\nspec: {" + spec + "}");
    }

    private String config() {
        return space.get(ConfigMap.class, "front-gateway").getData().get("haproxy.cfg");
    }

    private <T extends HasMetadata> void awaitGone(Class<T> kind, String name) {
        for (int i = 0; i < 200 && isThere(kind, name); i++) {
            LockSupport.parkNanos(100_000_000);
        }
        assertThat(isThere(kind, name)).as(kind.getSimpleName() + " " + name + " is there").isFalse();
    }

    /** Nobody collects garbage here: what waits for its dependents to go counts as gone. */
    private <T extends HasMetadata> boolean isThere(Class<T> kind, String name) {
        T object = space.resource(kind, name).get();
        return object != null && object.getMetadata().getDeletionTimestamp() == null;
    }

    /** Waits until three looks in a row, half a second apart, see the same. */
    private Map<String, String> settle() {
        Map<String, String> last = Map.of();
        int same = 0;
        for (int i = 0; i < 60 && same < 3; i++) {
            Map<String, String> now = new TreeMap<>();
            MADE.forEach(kind -> now.put(kind.getSimpleName(),
                    space.get(kind, "front-gateway").getMetadata().getResourceVersion()));
            now.put("MediaGateway", space.get(MediaGateway.class, "front").getMetadata().getResourceVersion());
            now.put("PodDisruptionBudget",
                    space.get(PodDisruptionBudget.class, "front-gateway").getMetadata().getResourceVersion());
            same = now.equals(last) ? same + 1 : 0;
            last = now;
            LockSupport.parkNanos(500_000_000);
        }
        assertThat(same).as("settled").isEqualTo(3);
        return last;
    }
}
