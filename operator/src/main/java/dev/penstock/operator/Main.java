package dev.penstock.operator;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.GatewayImages;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;
import dev.penstock.operator.telemetry.LogKeys;

/** Starts the operator. Each option can also be given as the environment variable that its help names. */
@Command(name = "penstock-operator", mixinStandardHelpOptions = true, showDefaultValues = true, description = "Runs Penstock's resources on Kubernetes.", subcommands = AgentCommand.class)
public final class Main implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Option(names = "--namespaces", split = ",", defaultValue = "${env:PENSTOCK_NAMESPACES}", description = "Namespaces to serve, separated by commas. Default: all. PENSTOCK_NAMESPACES")
    private Set<String> namespaces = Set.of();

    @Option(names = "--image", defaultValue = "${env:PENSTOCK_IMAGE}", description = "Image of the data plane for pools that name none. PENSTOCK_IMAGE")
    private @Nullable String image;

    @Option(names = "--haproxy-image", defaultValue = "${env:PENSTOCK_HAPROXY_IMAGE:-haproxy:3.2}", description = "Image of HAProxy for gateways that name none. PENSTOCK_HAPROXY_IMAGE")
    private String haproxyImage = "";

    @Option(names = "--agent-image", defaultValue = "${env:PENSTOCK_AGENT_IMAGE:-}", description = "Image of this operator, whose agent runs beside a gateway's HAProxy. PENSTOCK_AGENT_IMAGE")
    private @Nullable String agentImage;

    @Option(names = "--cluster-domain", defaultValue = "${env:PENSTOCK_CLUSTER_DOMAIN:-cluster.local}", description = "DNS domain of the cluster. PENSTOCK_CLUSTER_DOMAIN")
    private String clusterDomain = "";

    @Option(names = "--admin", defaultValue = "${env:PENSTOCK_ADMIN:-9090}", description = "Port of /healthz, /readyz and /metrics. PENSTOCK_ADMIN")
    private int adminPort;

    @Option(names = "--leader-election", negatable = true, defaultValue = "true", fallbackValue = "true", description = "Let one of several operators work.")
    private boolean isElected;

    @Option(names = "--lease-name", defaultValue = "${env:PENSTOCK_LEASE_NAME:-penstock-operator}", description = "Name of the Lease. PENSTOCK_LEASE_NAME")
    private String leaseName = "";

    @Option(names = "--lease-namespace", defaultValue = "${env:POD_NAMESPACE:-default}", description = "Namespace of the Lease. POD_NAMESPACE")
    private String leaseNamespace = "";

    @Option(names = "--lease-seconds", defaultValue = "${env:PENSTOCK_LEASE_SECONDS:-15}", description = "After this time without a word from the leader another one leads. PENSTOCK_LEASE_SECONDS")
    private int leaseSeconds;

    /** Runs until SIGTERM. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws UnknownHostException, InterruptedException {
        Set<String> served = Set.copyOf(namespaces.stream().filter(n -> !n.isBlank()).toList());
        LeaderElection election = isElected
                ? new LeaderElection(true, leaseName, leaseNamespace, Duration.ofSeconds(leaseSeconds),
                        InetAddress.getLocalHost().getHostName())
                : LeaderElection.NONE;
        OperatorConfig config = new OperatorConfig(served, image == null ? "" : image, clusterDomain, adminPort,
                election,
                new GatewayImages(haproxyImage, agentImage == null ? "" : agentImage));
        CountDownLatch ended = new CountDownLatch(1);
        KubernetesClient client = new KubernetesClientBuilder().build();
        PenstockOperator operator = new PenstockOperator(client, config, InstantSource.system(),
                () -> new Thread(() -> System.exit(1), "leadership-lost").start());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            operator.close();
            client.close();
            ended.countDown();
        }, "shutdown"));
        operator.start();
        LOG.atInfo().addKeyValue(LogKeys.PORT, operator.adminPort()).log("Operator started");
        ended.await();
        return 0;
    }
}
