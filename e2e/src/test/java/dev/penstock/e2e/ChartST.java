package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the chart makes of values, without installing it. Each folder in {@code src/test/resources/ChartST/good} has values and what
 * they render to; each file in {@code bad} has values that are refused, and the words.
 */
@EnableKubeAPIServer
class ChartST {
    private static final Path FILES = Path.of("src/test/resources/ChartST").toAbsolutePath();
    /** The API versions that the chart's objects have. */
    private static final List<String> VERSIONS = List.of("v1", "apps/v1", "policy/v1", "networking.k8s.io/v1",
            "rbac.authorization.k8s.io/v1", "apiextensions.k8s.io/v1", "penstock.dev/v1alpha1",
            "monitoring.coreos.com/v1");
    private static final String MONITORING = "--api-versions=monitoring.coreos.com/v1/PodMonitor";

    @KubeConfig
    static String kubeConfig;
    @TempDir
    static Path folder;
    private static Programs programs;

    @BeforeAll
    static void learnSchemas() throws IOException {
        programs = new Programs(folder, kubeConfig);
        Programs.require("kubeconform");
        programs.ok("kubectl", "apply", "--server-side", "-f", "charts/penstock/crds", "-f",
                FILES.resolve("podmonitors.yaml").toString());
        programs.ok("kubectl", "wait", "--for=condition=Established", "--all", "crd");
        // The server publishes schemas a moment after the definitions.
        programs.ok("bash", "-c", """
                for kind in $(kubectl get crd --output=jsonpath='{.items[*].spec.names.plural}'); do
                    until kubectl explain $kind.spec > /dev/null 2>&1; do sleep 0.2; done
                done""");
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeConfig))
                .build()) {
            ApiSchemas.write(client, folder.resolve("schemas"), VERSIONS);
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldRenderWhatIsWrittenDown() throws IOException {
        return cases("good", Files::isDirectory).map(c -> DynamicTest.dynamicTest(c.getFileName().toString(), () -> {
            // The rights have a place and a test of their own.
            String rights = Files.readString(Programs.ROOT.resolve("charts/penstock/rights/served.yaml")).strip();
            Golden.check(c.resolve("out-manifests.yaml"), render(c).replace(rights, "# rights/served.yaml"));
        }));
    }

    @TestFactory
    Stream<DynamicTest> shouldPassLint() throws IOException {
        return cases("good", Files::isDirectory).map(c -> DynamicTest.dynamicTest(c.getFileName().toString(),
                () -> programs.ok("helm", "lint", "--strict", "charts/penstock", "--namespace", "video", "-f",
                        c.resolve("in-values.yaml").toString())));
    }

    @TestFactory
    Stream<DynamicTest> shouldRenderWhatTheApiServerKnows() throws IOException {
        return cases("good", Files::isDirectory).map(c -> DynamicTest.dynamicTest(c.getFileName().toString(), () -> {
            Path rendered = Files.writeString(folder.resolve(c.getFileName() + ".yaml"), render(c, "--include-crds"));
            String said = programs.ok("kubeconform", "-strict", "-summary", "-output", "text", "-schema-location",
                    folder.resolve("schemas") + "/" + ApiSchemas.LOCATION, rendered.toString());
            assertThat(said).containsPattern("Valid: [1-9][0-9]*, Invalid: 0, Errors: 0, Skipped: 0");
        }));
    }

    @Test
    void shouldFindWhatTheApiServerDoesNotKnow() throws IOException {
        Path planted = Files.writeString(folder.resolve("planted.yaml"), """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: planted}
                spec: {maxUnavailabel: 1}
                """);
        Programs.Said said = programs.run("kubeconform", "-strict", "-schema-location",
                folder.resolve("schemas") + "/" + ApiSchemas.LOCATION, planted.toString());
        assertThat(said.code()).isNotZero();
        assertThat(said.output()).contains("maxUnavailabel");
    }

    @TestFactory
    Stream<DynamicTest> shouldRefuseBadValues() throws IOException {
        return cases("bad", f -> f.toString().endsWith(".yaml")).map(f -> {
            String name = f.getFileName().toString().replace(".yaml", "");
            return DynamicTest.dynamicTest(name, () -> {
                Programs.Said said = template(f);
                assertThat(said.code()).isNotZero();
                Golden.check(f.resolveSibling(name + ".expected"), said.error()
                        .replace("\nUse --debug flag to render out invalid YAML\n", ""));
            });
        });
    }

    private static String render(Path c, String... options) {
        Programs.Said said = template(c.resolve("in-values.yaml"), options);
        assertThat(said.code()).as(said.error()).isZero();
        return said.output();
    }

    private static Programs.Said template(Path values, String... options) {
        Stream<String> fixed = Stream.of("helm", "template", "penstock", "charts/penstock", "--namespace", "video",
                "--kube-version", "1.34.4", MONITORING, "-f", values.toString());
        return programs.run(Stream.concat(fixed, Stream.of(options)).toArray(String[]::new));
    }

    private static Stream<Path> cases(String kind, Predicate<Path> filter) throws IOException {
        try (Stream<Path> all = Files.list(FILES.resolve(kind))) {
            List<Path> found = all.filter(filter).sorted().toList();
            assertThat(found).as("cases in " + kind).isNotEmpty();
            return found.stream();
        }
    }
}
