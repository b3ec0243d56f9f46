package dev.penstock.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.KubeAPITestException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;

import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.operator.PenstockOperator;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.GatewayImages;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;

/**
 * One API server for all test classes, with the CRDs, the operator's shipped role, and an operator that has exactly these rights. No
 * controllers and no kubelets: {@link FakePods} stands in for them. Owned by the test thread.
 */
final class ControlPlane {
    /** Who the operator is to the API server. */
    static final String OPERATOR = "system:serviceaccount:penstock-system:penstock-operator";

    private static final String OPERATOR_NAMESPACE = "penstock-system";
    private static final String OPERATOR_ACCOUNT = "penstock-operator";
    private static final List<String> CRDS = List.of("livestreams", "mediagateways", "mediapools", "objectstores",
            "recordings",
            "rendersessions");
    private static final String RBAC = "rbac.authorization.k8s.io";
    private static final Path RIGHTS = Path.of("../charts/penstock/rights");
    private static ControlPlane shared;

    private final AuditLog audit = AuditLog.create();
    private final KubeAPIServer server;
    private final KubernetesClient admin;
    private final KubernetesClient operatorClient;
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    private PenstockOperator operator;

    private ControlPlane() {
        server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                // As OpenShift has it: owner references are checked against rights.
                .withApiServerFlag("--enable-admission-plugins", "OwnerReferencesPermissionEnforcement")
                .withApiServerFlag("--audit-policy-file", audit.policy())
                .withApiServerFlag("--audit-log-path", audit.file()).build());
        try {
            server.start();
        } catch (KubeAPITestException e) {
            throw new IllegalStateException(
                    "No etcd and kube-apiserver: run eval \"$(e2e/control-plane)\" before Maven (needs Go 1.21 or "
                            + "later), or be online, then they are downloaded",
                    e);
        }
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

    /** What the API server was asked. */
    AuditLog audit() {
        return audit;
    }

    /** How a process reaches the API server with the rights of a service account. */
    String kubeConfig(String namespace, String account) {
        TokenRequest token = admin.serviceAccounts().inNamespace(namespace).withName(account).tokenRequest(
                new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L).endSpec().build());
        io.fabric8.kubernetes.api.model.Config config = Serialization.unmarshal(kubeConfig(),
                io.fabric8.kubernetes.api.model.Config.class);
        config.getUsers().forEach(user -> {
            user.getUser().setClientCertificate(null);
            user.getUser().setClientCertificateData(null);
            user.getUser().setClientKey(null);
            user.getUser().setClientKeyData(null);
            user.getUser().setToken(token.getStatus().getToken());
        });
        return Serialization.asYaml(config);
    }

    /** The same for the operator. */
    String operatorKubeConfig() {
        return kubeConfig(OPERATOR_NAMESPACE, OPERATOR_ACCOUNT);
    }

    /** How a process reaches the API server, with all rights. */
    String kubeConfig() {
        return server.getKubeConfigYaml();
    }

    /** Epoch of a pool's ring. */
    long ringEpoch(TestNamespace space, String pool) {
        return space.get(MediaPool.class, pool).getStatus().ring().epoch();
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
        stopOperator();
        startOperator();
    }

    /** Ends the operator. */
    void stopOperator() {
        operator.close();
    }

    /** The operator that runs. */
    PenstockOperator operator() {
        return operator;
    }

    /** What the operator measures, as Prometheus reads it. */
    String metrics() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + operator.adminPort() + "/metrics");
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A number that the operator measures, summed over its labels. */
    double metric(String name) {
        return metrics().lines().filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** Starts an operator, after {@link #stopOperator()}. */
    void startOperator() {
        OperatorConfig config = new OperatorConfig(Set.of(), "registry.example/penstock:test", "cluster.local", 0,
                LeaderElection.NONE, new GatewayImages("haproxy:test", "registry.example/operator:test"));
        operator = new PenstockOperator(operatorClient, config, () -> Instant.now().plus(ahead.get()), () -> {});
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
        TestNamespace home = TestNamespace.create(admin, OPERATOR_NAMESPACE);
        admin.resource(new ServiceAccountBuilder().withNewMetadata().withName(OPERATOR_ACCOUNT)
                .withNamespace(OPERATOR_NAMESPACE).endMetadata().build()).create();
        ClusterRole role = Serialization.unmarshal(file(RIGHTS.resolve("served.yaml")), ClusterRole.class);
        role.setMetadata(new ObjectMetaBuilder().withName(OPERATOR_ACCOUNT).build());
        admin.resource(role).create();
        bindClusterRole(OPERATOR_ACCOUNT, home, OPERATOR_ACCOUNT);
    }

    /** Gives the account {@code operator} of a namespace the operator's rights there, leases included. */
    void allowLeases(TestNamespace home) {
        bindClusterRole(home.name(), home, "operator");
        Role role = Serialization.unmarshal(file(RIGHTS.resolve("own.yaml")), Role.class);
        role.setMetadata(
                new ObjectMetaBuilder().withName(OPERATOR_ACCOUNT).withNamespace(home.name()).build());
        admin.resource(role).create();
        admin.resource(new RoleBindingBuilder().withNewMetadata().withName(OPERATOR_ACCOUNT).withNamespace(home.name())
                .endMetadata()
                .withNewRoleRef().withApiGroup(RBAC).withKind("Role").withName(role.getMetadata().getName())
                .endRoleRef().addNewSubject()
                .withKind("ServiceAccount").withName("operator").withNamespace(home.name()).endSubject().build())
                .create();
    }

    private void bindClusterRole(String name, TestNamespace home, String account) {
        admin.resource(new ClusterRoleBindingBuilder().withNewMetadata().withName(name).endMetadata().withNewRoleRef()
                .withApiGroup(RBAC)
                .withKind("ClusterRole").withName(OPERATOR_ACCOUNT).endRoleRef().addNewSubject()
                .withKind("ServiceAccount")
                .withName(account)
                .withNamespace(home.name()).endSubject().build()).create();
    }

    private void stop() {
        if (operator != null) {
            operator.close();
        }
        server.stop();
    }

    private static String file(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
