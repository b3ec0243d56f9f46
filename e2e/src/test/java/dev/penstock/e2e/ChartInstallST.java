package dev.penstock.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.fabric8.kubeapitest.junit.EnableKubeAPIServer;
import io.fabric8.kubeapitest.junit.KubeConfig;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chart, installed by Helm on a real API server. There is no kubelet, so an operator runs as a process with the environment and the
 * account that the Deployment gives it.
 */
@EnableKubeAPIServer
class ChartInstallST {
    private static final String CHART = "charts/penstock";
    private static final String HOME = "penstock-system";

    @KubeConfig
    static String kubeConfig;
    @TempDir
    Path folder;
    private Programs programs;

    @BeforeEach
    void findPrograms() throws IOException {
        programs = new Programs(folder, kubeConfig);
    }

    /** Releases share names in the cluster. */
    @AfterEach
    void uninstall() {
        programs.ok("bash", "-c", """
                helm list --all-namespaces --all --no-headers | while read -r name namespace rest; do
                    test -z "$name" || helm uninstall "$name" --namespace "$namespace"
                done""");
    }

    @Test
    void shouldInstallUpgradeRollBackAndUninstall() throws Exception {
        helm("install", HOME, "--create-namespace");
        try (OperatorProcess operator = OperatorProcess.start(programs, folder, HOME, "penstock-operator")) {
            await(operator, HOME, "create", "statefulset/live");
            assertThat(replicas()).isEqualTo("2");
            assertThat(jsonPath(HOME, "statefulset/live", "{.spec.template.spec.containers[0].image}"))
                    .isEqualTo("penstock/dataplane:0.1.0");
            Path values = Files.writeString(folder.resolve("values.yaml"), """
                    pools: [{name: live, spec: {modes: [Live], replicas: 3}}]
                    gateways: []
                    """);
            helm("upgrade", HOME, "-f", values.toString());
            await(operator, HOME, "jsonpath={.spec.replicas}=3", "statefulset/live");
            assertThat(names(HOME, "mediagateways")).isEmpty();

            programs.ok("helm", "rollback", "penstock", "1", "--namespace", HOME);
            await(operator, HOME, "jsonpath={.spec.replicas}=2", "statefulset/live");
            assertThat(names(HOME, "mediagateways")).isEqualTo("front");
        }
        programs.ok("helm", "uninstall", "penstock", "--namespace", HOME);
        assertThat(names(HOME, "mediapools,mediagateways")).isEmpty();
        // What the operator made for them goes with its owners, by a controller that this tier does not have.
        assertThat(names(HOME, "deployments,serviceaccounts,networkpolicies,roles"))
                .doesNotContain("penstock-operator");
        assertThat(programs.ok("kubectl", "get", "crd", "-o", "name").lines()).as("resources outlive the operator")
                .filteredOn(n -> n.endsWith(".penstock.dev")).hasSize(6);
        assertThat(programs.ok("kubectl", "get", "clusterroles,clusterrolebindings", "-o", "name"))
                .doesNotContain("penstock");
        helm("install", HOME);
    }

    @Test
    void shouldRunInANamespaceThatEnforcesTheRestrictedProfile() throws IOException {
        programs.ok("kubectl", "create", "namespace", "restricted");
        programs.ok("kubectl", "label", "namespace", "restricted", "pod-security.kubernetes.io/enforce=restricted");
        helm("install", "restricted");
        try (KubernetesClient client = new KubernetesClientBuilder().withConfig(admin()).build()) {
            Deployment operator = client.apps().deployments().inNamespace("restricted").withName("penstock-operator")
                    .require();
            Pod pod = new PodBuilder().withNewMetadata().withName("one").withNamespace("restricted").endMetadata()
                    .withSpec(operator.getSpec().getTemplate().getSpec()).build();
            assertThat(client.resource(pod).create().getMetadata().getUid()).isNotBlank();
        }
    }

    @Test
    void shouldRefuseToGoOnWithOldDefinitionsAndSayHowToUpgradeThem() {
        helm("install", "old", "--create-namespace");
        programs.ok("kubectl", "annotate", "--overwrite", "crd", "mediapools.penstock.dev",
                "penstock.dev/version=0.0.9");
        programs.ok("kubectl", "patch", "crd", "mediapools.penstock.dev", "--type=json", "-p",
                "[{op: remove, path: /spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/permit}]");

        Programs.Said refused = programs.run("helm", "upgrade", "penstock", CHART, "--namespace", "old");

        assertThat(refused.code()).isNotZero();
        String cure = "helm show crds CHART | kubectl apply --server-side --force-conflicts -f -";
        assertThat(refused.error()).contains("mediapools.penstock.dev: version 0.0.9 (expected: 0.1.0 or later)")
                .contains(cure);
        programs.ok("bash", "-c", cure.replace("CHART", CHART));
        assertThat(programs.ok("kubectl", "explain", "mediapools.spec.permit")).contains("programs");
        helm("upgrade", "old");
    }

    @Test
    void shouldServeSomeNamespacesWithoutAnyRightInTheCluster() throws Exception {
        programs.ok("kubectl", "apply", "--server-side", "-f", CHART + "/crds");
        for (String namespace : new String[]{"video", "cameras", "foreign"}) {
            programs.ok("kubectl", "create", "namespace", namespace);
        }
        for (String namespace : new String[]{"video", "cameras"}) {
            programs.ok("kubectl", "-n", namespace, "create", "rolebinding", "alice", "--clusterrole=cluster-admin",
                    "--user=alice");
        }
        String[] alice = {"--kube-as-user=alice", "--kube-as-group=system:authenticated", "--skip-crds", "--set",
                "crds.check=false", "--set", "watchNamespaces={video,cameras}"};
        helm("install", "video", alice);
        try (OperatorProcess operator = OperatorProcess.start(programs, folder, "video",
                "penstock-operator")) {
            await(operator, "video", "create", "statefulset/live");
            apply("cameras");
            apply("foreign");
            await(operator, "cameras", "create", "statefulset/small");
            assertThat(names("foreign", "statefulsets")).isEmpty();
        }
        assertThat(programs.ok("kubectl", "get", "clusterroles,clusterrolebindings", "-o", "name"))
                .doesNotContain("penstock");
        assertThat(canI("system:serviceaccount:video:penstock-operator", "foreign", "list", "mediapools"))
                .isEqualTo("no");
        assertThat(canI("system:serviceaccount:video:penstock-operator", "cameras", "list", "mediapools"))
                .isEqualTo("yes");
        helm("upgrade", "video", alice);
        programs.ok("helm", "uninstall", "penstock", "--namespace", "video", "--kube-as-user=alice",
                "--kube-as-group=system:authenticated");
    }

    @Test
    void shouldGivePeopleTheirShareAndKeepPoolsForAdmins() {
        helm("install", "people", "--create-namespace");
        for (String role : new String[]{"view", "edit", "admin"}) {
            programs.ok("kubectl", "-n", "people", "create", "rolebinding", role, "--clusterrole=penstock-" + role,
                    "--user=" + role);
        }
        Map<String, String> rights = Map.of("view get livestreams", "yes", "view create livestreams", "no",
                "edit create livestreams", "yes", "edit delete recordings", "yes", "edit create mediapools", "no",
                "edit patch livestreams/status", "no", "admin create mediapools", "yes",
                "admin patch mediapools/scale", "yes", "admin patch mediapools/status", "no");
        rights.forEach((right, allowed) -> {
            String[] words = right.split(" ");
            assertThat(canI(words[0], "people", words[1], words[2])).as(right).isEqualTo(allowed);
        });
    }

    @Test
    void shouldBeScrapedWhereTheClusterKnowsPodMonitors() {
        programs.ok("kubectl", "apply", "--server-side", "-f", "e2e/src/test/resources/ChartST/podmonitors.yaml");
        programs.ok("kubectl", "wait", "--for=condition=Established", "crd/podmonitors.monitoring.coreos.com");
        helm("install", "scraped", "--create-namespace");
        assertThat(names("scraped", "podmonitors")).isEqualTo("penstock-operator penstock-pools");
        programs.ok("kubectl", "delete", "crd", "podmonitors.monitoring.coreos.com");
    }

    private void helm(String verb, String namespace, String... options) {
        String[] command = {"helm", verb, "penstock", CHART, "--namespace", namespace};
        String[] all = new String[command.length + options.length];
        System.arraycopy(command, 0, all, 0, command.length);
        System.arraycopy(options, 0, all, command.length, options.length);
        programs.ok(all);
    }

    private void apply(String namespace) {
        programs.ok("bash", "-c", "echo '{apiVersion: penstock.dev/v1alpha1, kind: MediaPool, metadata: {name: small}, "
                + "spec: {modes: [Live]}}' | kubectl -n " + namespace + " apply -f -");
    }

    private void await(OperatorProcess operator, String namespace, String condition, String resource) {
        Programs.Said said = programs.run("kubectl", "-n", namespace, "wait", "--for=" + condition, resource,
                "--timeout=60s");
        assertThat(said.code()).as("%s: %s; the operator's log: %s", resource, said.error(), operator.log()).isZero();
    }

    private String replicas() {
        return jsonPath(HOME, "statefulset/live", "{.spec.replicas}");
    }

    private String names(String namespace, String kinds) {
        return jsonPath(namespace, kinds, "{.items[*].metadata.name}");
    }

    private String jsonPath(String namespace, String resource, String path) {
        return programs.ok("kubectl", "-n", namespace, "get", resource, "-o", "jsonpath=" + path);
    }

    private String canI(String user, String namespace, String verb, String resource) {
        String[] parts = resource.split("/");
        return programs.run("kubectl", "auth", "can-i", verb, parts[0] + ".penstock.dev", "--subresource",
                parts.length > 1 ? parts[1] : "", "-n", namespace, "--as", user).output().strip();
    }

    private static Config admin() {
        return Config.fromKubeconfig(kubeConfig);
    }
}
