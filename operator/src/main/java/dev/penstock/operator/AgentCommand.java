package dev.penstock.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.penstock.operator.agent.AgentSettings;
import dev.penstock.operator.agent.GatewayAgent;
import dev.penstock.operator.telemetry.LogKeys;

/** Keeps the HAProxy beside it as its gateway says. */
@Command(name = "agent", mixinStandardHelpOptions = true, showDefaultValues = true, description = "Keeps the HAProxy of a gateway up to date; runs beside it in the same pod.")
final class AgentCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    @Option(names = "--namespace", required = true, description = "Namespace of the gateway.")
    private String namespace = "";

    @Option(names = "--config-map", required = true, description = "ConfigMap of the gateway.")
    private String configMap = "";

    @Option(names = "--folder", required = true, description = "Folder shared with HAProxy.")
    private Path folder = Path.of("");

    @Option(names = "--certificate", description = "File whose change means that HAProxy must reload.")
    private @Nullable Path certificate;

    @Option(names = "--admin", defaultValue = "8405", description = "Port of /healthz.")
    private int adminPort;

    @Option(names = "--once", description = "Write the files for an HAProxy that starts afterwards, and end.")
    private boolean isOnce;

    @Override
    public Integer call() throws IOException, InterruptedException {
        AgentSettings settings = new AgentSettings(namespace, configMap, folder, Optional.ofNullable(certificate),
                PAUSE);
        CountDownLatch ended = new CountDownLatch(1);
        try (KubernetesClient client = new KubernetesClientBuilder().build();
                GatewayAgent agent = new GatewayAgent(client, settings, System::nanoTime)) {
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                ended.countDown();
                main.interrupt();
            }, "shutdown"));
            if (isOnce) {
                writeFirst(agent);
                return 0;
            }
            HttpServer health = health(agent);
            agent.start();
            LOG.atInfo().addKeyValue(LogKeys.PORT, adminPort).log("Agent started");
            ended.await();
            health.stop(0);
        }
        return 0;
    }

    private static void writeFirst(GatewayAgent agent) throws InterruptedException {
        while (!isWritten(agent)) {
            Thread.sleep(RETRY);
        }
    }

    private static boolean isWritten(GatewayAgent agent) {
        try {
            return agent.writeFirst();
        } catch (IOException | KubernetesClientException e) {
            LOG.atWarn().addKeyValue(LogKeys.REASON, e.toString()).log("The first files cannot be written yet");
            return false;
        }
    }

    private HttpServer health(GatewayAgent agent) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(adminPort), 0);
            server.createContext("/healthz", exchange -> {
                byte[] body = (agent.isAlive() ? "healthy\n" : "stuck\n").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(agent.isAlive() ? 200 : 503, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("admin: port " + adminPort + " (expected: a free port)", e);
        }
    }
}
