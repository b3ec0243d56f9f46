package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What a real API server says to our CRDs and to the good and bad resources beside them: the good ones are taken as they
 * are, each bad one is refused at the field and with the words that its {@code .expected} file names.
 */
@EnableKubeAPIServer
class CrdValidationST {
    private static final Path MANIFESTS = Path.of("../crds/manifests");
    private static final Path RESOURCES = Path.of("../crds/src/test/resources/validation");

    @KubeConfig
    static String kubeConfig;
    private static KubernetesClient client;

    @BeforeAll
    static void applyCrds() throws IOException {
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeConfig)).build();
        for (Path manifest : list(MANIFESTS, "", ".yaml")) {
            client.resource(Files.readString(manifest)).fieldValidation(Validation.STRICT).serverSideApply();
        }
        for (Path manifest : list(MANIFESTS, "", ".yaml")) {
            String name = manifest.getFileName().toString().replace(".yaml", "");
            client.apiextensions().v1().customResourceDefinitions().withName(name)
                    .waitUntilCondition(crd -> condition(crd, "Established"), 30, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldBeStructural() {
        return client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .map(crd -> DynamicTest.dynamicTest(crd.getMetadata().getName(),
                        () -> assertThat(condition(crd, "NonStructuralSchema")).isFalse()));
    }

    @TestFactory
    Stream<DynamicTest> shouldTakeWhatIsValid() throws IOException {
        return tests("valid-", ".yaml", file -> delete(create(read(file))));
    }

    @TestFactory
    Stream<DynamicTest> shouldTakeEveryStatusField() throws IOException {
        return tests("status-", ".yaml", file -> {
            GenericKubernetesResource wanted = read(file);
            Resource<GenericKubernetesResource> created = create(wanted);
            Object status = updateStatus(created, wanted).get("status");
            assertThat(status).isEqualTo(wanted.<Object>get("status"));
            delete(created);
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldRefuseWhatIsInvalid() throws IOException {
        return tests("invalid-", ".yaml", file -> expectRefusal(file, ".yaml", () -> create(read(file))));
    }

    @TestFactory
    Stream<DynamicTest> shouldRefuseForbiddenChanges() throws IOException {
        return tests("change-", ".before.yaml", file -> {
            GenericKubernetesResource before = read(file);
            GenericKubernetesResource after = read(sibling(file, ".before.yaml", ".after.yaml"));
            Resource<GenericKubernetesResource> created = create(before);
            if (before.get("status") == null) {
                expectRefusal(file, ".before.yaml", () -> update(created, after));
            } else {
                updateStatus(created, before);
                expectRefusal(file, ".before.yaml", () -> updateStatus(created, after));
            }
            delete(created);
        });
    }

    private static void expectRefusal(Path file, String suffix, ThrowingCallable call) throws IOException {
        Expected expected = Serialization.unmarshal(Files.readString(sibling(file, suffix, ".expected")),
                Expected.class);

        KubernetesClientException refusal = catchThrowableOfType(KubernetesClientException.class, call);

        assertThat(refusal).as("refused").isNotNull();
        Status status = refusal.getStatus();
        if (expected.reason().equals("UnknownField")) {
            assertThat(status.getMessage()).contains("unknown field \"" + expected.field() + "\"");
            return;
        }
        assertThat(status.getDetails().getCauses()).as(status.getMessage()).anySatisfy(cause -> {
            assertThat(cause.getField().replace("<nil>", "")).isEqualTo(expected.field());
            assertThat(cause.getReason()).isEqualTo(expected.reason());
            assertThat(cause.getMessage()).contains(expected.message());
        });
    }

    private static Resource<GenericKubernetesResource> create(GenericKubernetesResource wanted) {
        GenericKubernetesResource made = client.resource(wanted).inNamespace("default")
                .fieldValidation(Validation.STRICT).create();
        return client.resource(made).inNamespace("default");
    }

    private static void update(Resource<GenericKubernetesResource> created, GenericKubernetesResource after) {
        GenericKubernetesResource changed = created.get();
        changed.setAdditionalProperty("spec", after.get("spec"));
        client.resource(changed).fieldValidation(Validation.STRICT).update();
    }

    private static GenericKubernetesResource updateStatus(Resource<GenericKubernetesResource> created,
            GenericKubernetesResource after) {
        GenericKubernetesResource changed = created.get();
        changed.setAdditionalProperty("status", after.get("status"));
        return client.resource(changed).updateStatus();
    }

    private static void delete(Resource<GenericKubernetesResource> created) {
        created.withGracePeriod(0).delete();
    }

    private static boolean condition(CustomResourceDefinition crd, String type) {
        return crd != null && crd.getStatus() != null && crd.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals(type) && condition.getStatus().equals("True"));
    }

    private static Stream<DynamicTest> tests(String prefix, String suffix, FileTest test) throws IOException {
        return list(RESOURCES, prefix, suffix).stream().map(
                file -> DynamicTest.dynamicTest(RESOURCES.relativize(file).toString(), () -> test.run(file)));
    }

    private static List<Path> list(Path folder, String prefix, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.getFileName().toString().startsWith(prefix)
                    && file.getFileName().toString().endsWith(suffix)).sorted().toList();
            assertThat(found).as(folder + "/**/" + prefix + "*" + suffix).isNotEmpty();
            return found;
        }
    }

    private static GenericKubernetesResource read(Path file) throws IOException {
        return Serialization.unmarshal(Files.readString(file), GenericKubernetesResource.class);
    }

    private static Path sibling(Path file, String suffix, String other) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - suffix.length()) + other);
    }

    /** Where, why and with which words a resource is refused. */
    private record Expected(String field, String reason, String message) {}

    /** A test of one file. */
    private interface FileTest {
        void run(Path file) throws IOException;
    }
}
