package dev.penstock.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import dev.penstock.dataplane.resource.schema.ResourceSchema;
import dev.penstock.dataplane.resource.schema.ResourceSchemas;
import dev.penstock.dataplane.resource.schema.Violation;
import dev.penstock.dataplane.resource.schema.YamlException;
import dev.penstock.dataplane.resource.schema.YamlReader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A resource gets the same verdict without Kubernetes as from a real API server with strict field validation: accepted or
 * refused, and refused at the same fields. Tried with the good and bad resources beside the CRDs, with odd YAML, and with many
 * mutations of the good ones.
 */
@EnableKubeAPIServer
class SameVerdictST {
    private static final Path MANIFESTS = Path.of("../crds/manifests");
    private static final Path FILES = Path.of("../crds/src/test/resources/validation");
    private static final Pattern UNKNOWN = Pattern.compile("unknown field \"([^\"]+)\"");
    private static final Pattern KIND = Pattern.compile("kind\"?: *\"?(\\w+)");
    private static final String UNDECODABLE = "(does not decode)";
    private static final int MUTATIONS = Integer.getInteger("mutations", 1500);

    @KubeConfig
    static String kubeConfig;
    private static KubernetesClient client;
    private static ResourceSchemas schemas;

    @BeforeAll
    static void applyCrds() throws IOException {
        client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeConfig)).build();
        List<String> names = new ArrayList<>();
        for (Path manifest : list(MANIFESTS, "")) {
            client.resource(Files.readString(manifest)).serverSideApply();
            names.add(manifest.getFileName().toString());
        }
        for (String name : names) {
            client.apiextensions().v1().customResourceDefinitions().withName(name.replace(".yaml", ""))
                    .waitUntilCondition(
                            crd -> crd != null && crd.getStatus() != null && crd.getStatus().getConditions() != null
                                    && crd.getStatus().getConditions().stream()
                                            .anyMatch(c -> c.getType().equals("Established")
                                                    && c.getStatus().equals("True")),
                            30, TimeUnit.SECONDS);
        }
        schemas = ResourceSchemas.ofClassPath(names.stream().map(name -> "/penstock/crds/" + name).toList());
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @TestFactory
    Stream<DynamicTest> shouldAgreeOnTheGoodAndBadResources() throws IOException {
        return Stream.concat(list(FILES, "valid-").stream(), list(FILES, "invalid-").stream())
                .map(file -> DynamicTest.dynamicTest(FILES.relativize(file).toString(), () -> {
                    String yaml = Files.readString(file);
                    assertThat(ours(yaml)).as(yaml).isEqualTo(theirs(yaml));
                }));
    }

    @TestFactory
    Stream<DynamicTest> shouldAgreeOnOddYaml() {
        String good = "apiVersion: penstock.dev/v1alpha1\nkind: ObjectStore\nmetadata: {name: a}\nspec: {s3: {bucket: abc}}\n";
        return Stream.of(good, "# note\n---\n" + good, good + "spec: {s3: {bucket: abc}}\n", good.replace("abc", "yes"),
                good.replace("abc", "'yes'"),
                good.replace("abc", "0755"), good.replace("abc", "!!str 0755"), good.replace("abc", "12:30:45"),
                good.replace("abc", "2026-01-02"),
                good.replace("abc", "2026-01-02T03:04:05Z"), good.replace("abc", "1e3"), good.replace("abc", "~"),
                good.replace("abc", ""),
                good.replace("bucket: abc", "bucket: abc, pathStyle: on"),
                good.replace("bucket: abc", "bucket: abc, pathStyle: 1"),
                good.replace("bucket: abc", "bucket: abc, y: 1"),
                good.replace("{s3: {bucket: abc}}", "&a {s3: {bucket: abc, <<: {region: here}}}"),
                good.replace("{s3: {bucket: abc}}", "[]"), good.replace("{s3: {bucket: abc}}", "~"),
                good.replace("metadata: {name: a}\n", ""),
                good.replace("{name: a}", "{name: a, labels: {a: 1}}"),
                good.replace("{name: a}", "{name: a, label: {a: b}}"),
                good.replace("{name: a}", "{name: A}"), good.replace("{name: a}", "{name: a, labels: {'a b': c}}"),
                good.replace("{name: a}", "{name: a, labels: {a: 'b c'}}"),
                good.replace("{name: a}", "{name: a, annotations: {'/a': b}}"),
                good.replace("{name: a}", "[]"), good.replace("{name: a}", "{name: a, generation: x}"),
                good + "extra: 1\n", good + "status: {x: 1}\n",
                good + "status: {conditions: 7}\n")
                .map(yaml -> DynamicTest.dynamicTest(yaml, () -> assertThat(ours(yaml)).isEqualTo(theirs(yaml))));
    }

    @Test
    void shouldAgreeOnMutations() throws IOException {
        List<Path> good = list(FILES, "valid-");
        Random random = new Random(Integer.getInteger("seed", 7));
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < MUTATIONS; i++) {
            String yaml = Files.readString(good.get(i % good.size()));
            Map<?, ?> resource = Serialization.unmarshal(yaml, Map.class);
            String mutation = new Mutation(random).apply(resource);
            String mutated = Serialization.asJson(resource);
            SortedSet<String> ours = ours(mutated);
            SortedSet<String> theirs = theirs(mutated);
            if (!ours.equals(theirs)) {
                differences.add(good.get(i % good.size()).getFileName() + ": " + mutation + ": ours " + ours
                        + ", theirs " + theirs);
            }
        }
        assertThat(differences).isEmpty();
    }

    /** Fields that the API server refuses; empty when it accepts. */
    private static SortedSet<String> theirs(String yaml) {
        Matcher kind = KIND.matcher(yaml);
        assertThat(kind.find()).as(yaml).isTrue();
        String plural = kind.group(1).toLowerCase(Locale.ROOT) + "s";
        URI uri = URI.create(client.getMasterUrl() + "apis/penstock.dev/v1alpha1/namespaces/default/" + plural
                + "?dryRun=All&fieldValidation=Strict&fieldManager=test");
        HttpResponse<String> response = client.getHttpClient()
                .sendAsync(
                        client.getHttpClient().newHttpRequestBuilder().uri(uri).post("application/yaml", yaml).build(),
                        String.class)
                .join();
        if (response.isSuccessful()) {
            return new TreeSet<>();
        }
        Status status = Serialization.unmarshal(response.body(), Status.class);
        SortedSet<String> fields = new TreeSet<>();
        if (status.getDetails() != null && status.getDetails().getCauses() != null) {
            status.getDetails().getCauses()
                    .forEach(cause -> fields.add(cause.getField().replace("<nil>", "").replaceFirst("^\\.", "")));
        }
        Matcher unknown = UNKNOWN.matcher(status.getMessage());
        while (unknown.find()) {
            fields.add(unknown.group(1));
        }
        if (fields.isEmpty()) {
            fields.add(UNDECODABLE);
        }
        if (status.getMessage().contains("some validation rules were not checked") && fields.size() > 1) {
            fields.remove("");
        }
        return fields;
    }

    /** Fields that we refuse; empty when we accept. */
    private static SortedSet<String> ours(String yaml) {
        SortedSet<String> fields = new TreeSet<>();
        try {
            Map<String, Object> resource = YamlReader.read(yaml.getBytes(StandardCharsets.UTF_8)).getFirst().content();
            ResourceSchema schema = schemas.of("penstock.dev/v1alpha1", String.valueOf(resource.get("kind")))
                    .orElseThrow();
            for (Violation violation : schema.judge(resource, null).violations()) {
                boolean undecodable = violation.field().startsWith("metadata")
                        && violation.kind() == Violation.Kind.TYPE_INVALID;
                fields.add(undecodable ? UNDECODABLE : violation.field());
            }
        } catch (YamlException e) {
            fields.add(UNDECODABLE);
        }
        return fields.contains(UNDECODABLE) ? new TreeSet<>(List.of(UNDECODABLE)) : fields;
    }

    private static List<Path> list(Path folder, String prefix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(
                    file -> file.getFileName().toString().startsWith(prefix) && file.toString().endsWith(".yaml"))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One change at a random place of a resource. */
    private record Mutation(Random random) {
        private static final Object[] VALUES = {"", "x", "2s", "-1", "1h", "a b", "http://u:p@h/", -1, 0, 1, 3, 65536,
                1L << 40, 1.5, true, false,
                List.of(), List.of("x"), Map.of(), Map.of("x", 1), "x".repeat(5000)};

        @SuppressWarnings("unchecked")
        String apply(Map<?, ?> resource) {
            Map<String, Object> map = (Map<String, Object>) resource;
            return map.get("spec") instanceof Map<?, ?> spec && !spec.isEmpty()
                    ? change((Map<String, Object>) spec, "spec")
                    : "nothing";
        }

        @SuppressWarnings("unchecked")
        private String change(Map<String, Object> map, String path) {
            List<String> keys = new ArrayList<>(map.keySet());
            String key = keys.get(random.nextInt(keys.size()));
            String at = path + "." + key;
            if (random.nextInt(4) > 0) {
                if (map.get(key) instanceof Map<?, ?> child && !child.isEmpty()) {
                    return change((Map<String, Object>) child, at);
                }
                if (map.get(key) instanceof List<?> list && !list.isEmpty()) {
                    List<Object> items = (List<Object>) list;
                    int index = random.nextInt(items.size());
                    if (items.get(index) instanceof Map<?, ?> child && !child.isEmpty()) {
                        return change((Map<String, Object>) child, at + "[" + index + "]");
                    }
                    Object value = VALUES[random.nextInt(VALUES.length)];
                    items.add(random.nextBoolean() ? value : items.get(index));
                    return at + " gets another element";
                }
            }
            switch (random.nextInt(5)) {
                case 0 -> map.remove(key);
                case 1 -> map.put(key, null);
                case 2 -> map.put(key + "x", map.get(key));
                default -> map.put(key, VALUES[random.nextInt(VALUES.length)]);
            }
            return at + " becomes " + String.valueOf(map.getOrDefault(key, "(absent)")).substring(0,
                    Math.min(20, String.valueOf(map.getOrDefault(key, "(absent)")).length()));
        }
    }
}
