package dev.penstock.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

import dev.penstock.operator.PenstockOperator;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;

/**
 * One API server for all test classes, with the CRDs, the operator's shipped role, and an operator that has exactly these rights. No
 * controllers and no kubelets: {@link FakePods} stands in for them. Owned by the test thread.
 */
final class ControlPlane {
    private static final String OPERATOR_NAMESPACE = "penstock-system";
    private static final String OPERATOR_ACCOUNT = "penstock-operator";
    private static final List<String> CRDS = List.of("livestreams", "mediagateways", "mediapools", "objectstores",
            "recordings",
            "rendersessions");
    private static ControlPlane shared;

    private final KubeAPIServer server;
    private final KubernetesClient admin;
    private final KubernetesClient operatorClient;
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private PenstockOperator operator;

    private ControlPlane() {
        server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                // As OpenShift has it: owner references are checked against rights.
                .withApiServerFlag("--enable-admission-plugins", "OwnerReferencesPermissionEnforcement").build());
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-control-plane"));
        admin = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(server.getKubeConfigYaml())).build();
        installCrds();
        installOperatorRights();
        operatorClient = as(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
        startOperator();
    }

    /** The one that is running, started when it is not. */
    static synchronized ControlPlane get() {
        if (shared == null) {
            shared = new ControlPlane();
        }
        return shared;
    }

    /** A client that may do everything. */
    KubernetesClient admin() {
        return admin;
    }

    /** A client with the rights of a service account; the caller closes it. */
    KubernetesClient as(String namespace, String account) {
        Config config = new ConfigBuilder(Config.fromKubeconfig(server.getKubeConfigYaml()))
                .withImpersonateUsername("system:serviceaccount:" + namespace + ":" + account)
                .withImpersonateGroups("system:serviceaccounts", "system:serviceaccounts:" + namespace,
                        "system:authenticated")
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Sets the operator's clock ahead of the real one. */
    void advance(Duration duration) {
        ahead.updateAndGet(a -> a.plus(duration));
    }

    /** Ends the operator and starts another, which looks at every resource anew. */
    void restartOperator() {
        operator.close();
        startOperator();
    }

    /** The operator that runs. */
    PenstockOperator operator() {
        return operator;
    }

    private void startOperator() {
        OperatorConfig config = new OperatorConfig(Set.of(), "registry.example/penstock:test", "cluster.local", 0,
                new LeaderElection(false, "", "", ""));
        operator = new PenstockOperator(operatorClient, config, () -> Instant.now().plus(ahead.get()));
        operator.start();
    }

    private void installCrds() {
        for (String crd : CRDS) {
            admin.resource(text("penstock/crds/" + crd + ".penstock.dev.yaml")).serverSideApply();
        }
        for (String crd : CRDS) {
            admin.apiextensions().v1().customResourceDefinitions().withName(crd + ".penstock.dev")
                    .waitUntilCondition(
                            c -> c != null && c.getStatus() != null && c.getStatus().getConditions().stream()
                                    .anyMatch(s -> s.getType().equals("Established") && s.getStatus().equals("True")),
                            30, TimeUnit.SECONDS);
        }
    }

    private void installOperatorRights() {
        TestNamespace.create(admin, OPERATOR_NAMESPACE);
        admin.resource(new ServiceAccountBuilder().withNewMetadata().withName(OPERATOR_ACCOUNT)
                .withNamespace(OPERATOR_NAMESPACE)
                .endMetadata().build()).create();
        ClusterRole role = (ClusterRole) admin.resource(text("penstock/rbac/cluster-role.yaml")).create();
        admin.resource(new ClusterRoleBindingBuilder().withNewMetadata().withName(OPERATOR_ACCOUNT).endMetadata()
                .withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io").withKind("ClusterRole")
                .withName(role.getMetadata().getName()).endRoleRef()
                .addNewSubject().withKind("ServiceAccount").withName(OPERATOR_ACCOUNT).withNamespace(OPERATOR_NAMESPACE)
                .endSubject().build())
                .create();
    }

    private void stop() {
        if (operator != null) {
            operator.close();
        }
        server.stop();
    }

    private static String text(String resource) {
        try (InputStream in = ControlPlane.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
