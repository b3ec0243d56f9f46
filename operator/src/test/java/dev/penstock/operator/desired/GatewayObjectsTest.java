package dev.penstock.operator.desired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.GoldenFiles;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.GatewayImages;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;
import dev.penstock.operator.haproxy.Aliases;
import dev.penstock.operator.haproxy.Aliases.OfStream;

import static org.assertj.core.api.Assertions.assertThat;

/** A folder per case: {@code in-gateway.yaml} as the API server gives it, with all defaults; {@code out-*.yaml} what it becomes. */
class GatewayObjectsTest {
    private static final OperatorConfig CONFIG = new OperatorConfig(Set.of(), "registry.example/penstock:1",
            "cluster.local", 9090, LeaderElection.NONE,
            new GatewayImages("haproxy:3.2", "registry.example/operator:1"));
    private static final MediaPool POOL = Serialization.unmarshal("""
            metadata: {name: cams, namespace: video}
            spec: {modes: [Live], replicas: 2}
            status: {ring: {epoch: 5, table: "0*4096", members: [0, 2]}}
            """, MediaPool.class);

    private final GoldenFiles golden = new GoldenFiles(getClass());

    @TestFactory
    Stream<DynamicTest> shouldBeAsTheFilesSay() throws IOException {
        try (Stream<Path> cases = Files.list(golden.folder())) {
            return cases.sorted().toList().stream()
                    .map(c -> DynamicTest.dynamicTest(c.getFileName().toString(), () -> check(c)));
        }
    }

    private void check(Path folder) throws IOException {
        MediaGateway gateway = Serialization.unmarshal(Files.readString(folder.resolve("in-gateway.yaml")),
                MediaGateway.class);
        GatewayPlan plan = new GatewayPlan(gateway, Optional.of(POOL),
                Aliases.of(List.of(new OfStream("video", "door", "2026-01-01T00:00:00Z", List.of("/pipe.ts")))),
                CONFIG);
        List<HasMetadata> objects = objects(plan);
        assertThat(objects(plan)).as("the same plan gives the same objects").isEqualTo(objects);
        for (HasMetadata object : objects) {
            golden.check(
                    folder.getFileName() + "/out-" + object.getKind() + "-" + object.getMetadata().getName() + ".yaml",
                    Serialization.asYaml(object));
        }
    }

    private static List<HasMetadata> objects(GatewayPlan plan) {
        List<HasMetadata> objects = new ArrayList<>();
        if (plan.isManaged()) {
            objects.addAll(List.of(GatewayAccess.account(plan), GatewayAccess.role(plan), GatewayAccess.binding(plan),
                    GatewayConfiguration.desired(plan), GatewayService.desired(plan), GatewayPods.desired(plan)));
        }
        if (GatewayService.hasBudget(plan)) {
            objects.add(GatewayService.budget(plan));
        }
        if (GatewayIngress.hasPool(plan)) {
            objects.add(GatewayIngress.pool(plan));
        }
        if (GatewayIngress.hasApplications(plan)) {
            objects.add(GatewayIngress.applications(plan));
        }
        return objects;
    }
}
