package dev.penstock.operator;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.config.OperatorConfig.LeaderElection;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.probe.HttpPodProbe;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.reconcile.livestream.LiveStreamReconciler;
import dev.penstock.operator.reconcile.mediagateway.MediaGatewayReconciler;
import dev.penstock.operator.reconcile.mediapool.MediaPoolReconciler;
import dev.penstock.operator.reconcile.objectstore.ObjectStoreReconciler;
import dev.penstock.operator.reconcile.recording.RecordingReconciler;
import dev.penstock.operator.reconcile.rendersession.RenderSessionReconciler;
import dev.penstock.operator.telemetry.EventRecorder;
import dev.penstock.operator.telemetry.LogKeys;
import dev.penstock.operator.telemetry.OperatorMetrics;

/**
 * The operator, joined: one reconciler per kind, leader election, and an admin server with health and metrics. The client stays
 * the caller's. {@link #start()} and {@link #close()} are called by one thread.
 */
public final class PenstockOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PenstockOperator.class);
    private static final int FIRST_RETRY_MILLIS = 1000;
    private static final int LAST_RETRY_MILLIS = 60_000;

    private final OperatorMetrics metrics = new OperatorMetrics();
    private final EventRecorder events;
    private final Operator operator;
    private final AdminServer admin;
    private final HttpPodProbe probe = new HttpPodProbe(PoolPlan.ADMIN_PORT);
    private final Runnable onLeadershipLost;
    private final boolean isElected;
    private volatile boolean isClosing;

    /**
     * Joins an operator.
     *
     * @param client client with the operator's rights
     * @param config settings
     * @param clock wall time
     * @param onLeadershipLost called, on some thread, when another operator has taken over while this one was at work; its caches
     *        and its half-done work are then worth nothing, so the process should end
     */
    public PenstockOperator(KubernetesClient client, OperatorConfig config, InstantSource clock,
            Runnable onLeadershipLost) {
        this.onLeadershipLost = onLeadershipLost;
        this.isElected = config.leaderElection().enabled();
        this.operator = new Operator(overrider -> configure(overrider, client, config));
        this.events = new EventRecorder(client, metrics, clock, new SecureRandom());
        ResourceWriter writer = new ResourceWriter(metrics);
        List.of(new MediaPoolReconciler(config, writer, metrics, clock, System::nanoTime, probe),
                new LiveStreamReconciler(config, writer, clock),
                new RecordingReconciler(writer, clock), new ObjectStoreReconciler(writer, clock),
                new RenderSessionReconciler(writer, clock), new MediaGatewayReconciler(config, writer, clock))
                .forEach(reconciler -> register(reconciler, config));
        this.admin = new AdminServer(config.adminPort(), operator.getRuntimeInfo(), metrics);
    }

    /** Starts the admin server, then waits for leadership if there is an election, then reconciles. */
    public void start() {
        admin.start();
        if (!isElected) {
            events.start();
        }
        operator.start();
    }

    /** The port of the admin server. */
    public int adminPort() {
        return admin.port();
    }

    /** Ends: no reconciliation runs when this returns. */
    @Override
    public void close() {
        isClosing = true;
        operator.stop();
        events.close();
        admin.close();
        probe.close();
        metrics.close();
    }

    private void lead() {
        LOG.atInfo().log("This operator leads");
        events.start();
    }

    private void stopLeading() {
        if (!isClosing) {
            LOG.atError().log("Leadership lost");
            onLeadershipLost.run();
        }
    }

    private void configure(ConfigurationServiceOverrider overrider, KubernetesClient client, OperatorConfig config) {
        overrider.withKubernetesClient(client).withCloseClientOnStop(false).withMetrics(FrameworkMetrics.of(metrics))
                // The framework would replace ConfigMaps as a whole.
                .withDefaultNonSSAResource(Set.of());
        LeaderElection election = config.leaderElection();
        if (election.enabled()) {
            overrider.withLeaderElectionConfiguration(
                    LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(election.leaseName())
                            .withLeaseNamespace(election.leaseNamespace()).withIdentity(election.identity())
                            .withLeaseDuration(election.leaseDuration())
                            .withRenewDeadline(election.leaseDuration().multipliedBy(2).dividedBy(3))
                            .withRetryPeriod(election.leaseDuration().dividedBy(7)).withExitOnStopLeading(false)
                            .withLeaderCallbacks(new LeaderCallbacks(this::lead, this::stopLeading,
                                    leader -> LOG.atInfo().addKeyValue(LogKeys.LEADER, leader).log("Leader elected")))
                            .build());
        }
    }

    private <R extends HasMetadata> void register(Reconciler<R> reconciler, OperatorConfig config) {
        operator.register(reconciler, overrider -> {
            overrider.withOnUpdateFilter(ObservedUpdates.of(reconciler, events));
            // The framework gives up after some tries by default; what fails here is ours, and the API server comes back.
            overrider.withRetry(new GenericRetry().withoutMaxAttempts().setInitialInterval(FIRST_RETRY_MILLIS)
                    .setMaxInterval(LAST_RETRY_MILLIS));
            if (!config.namespaces().isEmpty()) {
                overrider.settingNamespaces(config.namespaces());
            }
        });
    }
}
