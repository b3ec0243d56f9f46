package dev.penstock.dataplane.app;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.penstock.dataplane.access.TrustedProxies;
import dev.penstock.dataplane.resource.CallerAccess;
import dev.penstock.dataplane.resource.KubernetesSource;
import dev.penstock.dataplane.resource.KubernetesStatusWriter;
import dev.penstock.dataplane.resource.PoolMember;
import dev.penstock.dataplane.telemetry.Logging;
import dev.penstock.wire.RingTable;

/** Serves the partitions that a MediaPool's ring gives to this pod. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Serves a pod's share of a MediaPool, on Kubernetes.")
final class ServeCommand implements Callable<Integer> {
    private static final Pattern ORDINAL = Pattern.compile("-([0-9]{1,9})$");
    /** Balancers look every 500 ms and want to see it twice or three times before they believe it. */
    private static final Duration DRAIN = Duration.ofMillis(2500);
    private static final Duration START_WAIT = Duration.ofSeconds(4);

    @Option(names = "--pool", paramLabel = "NAME", required = true, description = "the MediaPool")
    private String pool = "";
    @Option(names = "--namespace", paramLabel = "NS", required = true, description = "the MediaPool's namespace")
    private String namespace = "";
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Ordinal ordinal = new Ordinal();
    @Option(names = "--http", paramLabel = "PORT", defaultValue = "8080", converter = ListenAddress.class, description = "where viewers are served (default: ${DEFAULT-VALUE})")
    private InetSocketAddress http = new InetSocketAddress(8080);
    @Option(names = "--admin", paramLabel = "PORT", defaultValue = "9090", converter = ListenAddress.class, description = "where health and metrics are served (default: ${DEFAULT-VALUE})")
    private InetSocketAddress admin = new InetSocketAddress(9090);
    @Mixin
    private PublishAddresses publishing = new PublishAddresses();
    @Option(names = "--data", paramLabel = "DIR", defaultValue = "/var/lib/penstock", description = "folder for the spool and what is known of the cluster (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("/var/lib/penstock");
    @Option(names = "--peers", paramLabel = "DOMAIN", defaultValue = "${env:PENSTOCK_PEERS:-}", description = "DNS domain of the pool's pods, that of its headless Service (default: PENSTOCK_PEERS); without it a request for another pod's stream is not relayed")
    private String peers = "";
    @Option(names = "--trusted-proxies", paramLabel = "LIST", defaultValue = "${env:PENSTOCK_TRUSTED_PROXIES:-private}", converter = ProxyOption.class, description = "from whom X-Forwarded-For is believed: none, private, addresses or networks such as 10.0.0.0/8, comma separated (default: PENSTOCK_TRUSTED_PROXIES, or private: the gateway and the other pods)")
    private TrustedProxies trusted = TrustedProxies.NONE;
    @Option(names = "--loops", paramLabel = "N", description = "event loops (default: one per processor)")
    private int loops = Runtime.getRuntime().availableProcessors();
    @Option(names = "--log-level", paramLabel = "LEVEL", defaultValue = "info", description = "error, warn, info, debug or trace (default: ${DEFAULT-VALUE})")
    private String level = "info";

    /** Which pod of the StatefulSet this is. */
    private static final class Ordinal {
        @Option(names = "--ordinal", paramLabel = "N", description = "number of this pod in its StatefulSet")
        private @Nullable Integer number;
        @Option(names = "--ordinal-from-hostname", description = "take it from the end of the host name, as in pool-3")
        private boolean fromHostname;
    }

    @Override
    public Integer call() throws Exception {
        Logging.configure(Logging.Format.JSON, level);
        Path folder = data.toAbsolutePath().normalize();
        int number = number();
        KubernetesClient client = new KubernetesClientBuilder().build();
        SecureRandom random = new SecureRandom();
        KubernetesSource resources = new KubernetesSource(client,
                new PoolMember(namespace, pool, number, folder.resolve("cluster.json"), START_WAIT), random);
        KubernetesStatusWriter status = new KubernetesStatusWriter(client, InstantSource.system(), System::nanoTime,
                random);
        Node node = Node.start(
                new NodeSettings(resources, http, admin, publishing.chosen(http), folder, loops, pool + "-" + number,
                        () -> resources.ring().map(RingTable::epoch).orElse(0L), status, new PoolAdmission(resources),
                        trusted,
                        new NodeSettings.Pool(resources, pool, number, peers.strip(), new CallerAccess(client),
                                DRAIN)));
        new StopSignal(() -> {
            node.drain();
            node.stop();
            status.close();
            client.close();
        }).await();
        return 0;
    }

    private int number() {
        if (!ordinal.fromHostname && ordinal.number != null) {
            return ordinal.number;
        }
        String host = String.valueOf(System.getenv("HOSTNAME"));
        Matcher end = ORDINAL.matcher(host);
        if (!end.find()) {
            throw new IllegalArgumentException(
                    "--ordinal-from-hostname: " + host
                            + " (expected: a host name that ends in a number, as in pool-3)");
        }
        return Integer.parseInt(end.group(1));
    }
}
