package dev.penstock.operator.desired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.GoldenFiles;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;

import static org.assertj.core.api.Assertions.assertThat;

/** A folder per case: {@code in-pool.yaml} as the API server gives it, with all defaults; {@code out-*.yaml} what it becomes. */
class DesiredObjectsTest {
    private static final OperatorConfig CONFIG = new OperatorConfig(Set.of(), "registry.example/penstock:1",
            "cluster.local", 9090,
            LeaderElection.NONE);
    private final GoldenFiles golden = new GoldenFiles(getClass());

    @TestFactory
    Stream<DynamicTest> shouldBeAsTheFilesSay() throws IOException {
        try (Stream<Path> cases = Files.list(golden.folder())) {
            return cases.sorted().toList().stream()
                    .map(c -> DynamicTest.dynamicTest(c.getFileName().toString(), () -> check(c)));
        }
    }

    private void check(Path folder) throws IOException {
        String yaml = Files.readString(folder.resolve("in-pool.yaml"));
        MediaPool pool = Serialization.unmarshal(yaml, MediaPool.class);
        PoolPlan plan = PoolPlan.of(pool, CONFIG);
        List<HasMetadata> objects = objects(plan);
        assertThat(objects(plan)).as("the same plan gives the same objects").isEqualTo(objects);
        for (HasMetadata object : objects) {
            golden.check(
                    folder.getFileName() + "/out-" + object.getKind() + "-" + object.getMetadata().getName() + ".yaml",
                    Serialization.asYaml(object));
        }
    }

    private static List<HasMetadata> objects(PoolPlan plan) {
        return List.of(PodAccess.account(plan), PodAccess.role(plan), PodAccess.binding(plan),
                PodServices.headless(plan), PodServices.client(plan), PodGuards.networkPolicy(plan),
                PodGuards.disruptionBudget(plan),
                PodSet.desired(plan));
    }
}
