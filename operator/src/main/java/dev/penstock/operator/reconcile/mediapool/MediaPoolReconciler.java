package dev.penstock.operator.reconcile.mediapool;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ContextInitializer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.workflow.WorkflowReconcileResult;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.Durations;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.Labels;
import dev.penstock.api.Reasons;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.probe.PodProbe;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.OwnedObject;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.ring.RingClaims;
import dev.penstock.operator.ring.RingMembership;
import dev.penstock.operator.ring.RingPlanner;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.telemetry.LogKeys;
import dev.penstock.operator.telemetry.OperatorMetrics;

/**
 * Makes the objects of a pool and gives its pods their partitions. A pool that cannot be accepted keeps the objects that it has:
 * an edit that is refused must not take streams off the air.
 */
@ControllerConfiguration(name = "mediapool", fieldManager = FieldManagers.OPERATOR)
@Workflow(explicitInvocation = true, handleExceptionsInReconciler = true, dependents = {
        @Dependent(name = "account", type = ServiceAccountDependentResource.class),
        @Dependent(name = "role", type = RoleDependentResource.class),
        @Dependent(name = "binding", type = RoleBindingDependentResource.class, dependsOn = {"account", "role"}),
        @Dependent(name = "headless", type = HeadlessServiceDependentResource.class, useEventSourceWithName = MediaPoolReconciler.SERVICES),
        @Dependent(name = "client", type = ClientServiceDependentResource.class, useEventSourceWithName = MediaPoolReconciler.SERVICES),
        @Dependent(name = "network", type = NetworkPolicyDependentResource.class),
        @Dependent(name = "budget", type = DisruptionBudgetDependentResource.class),
        @Dependent(name = "pods", type = StatefulSetDependentResource.class, dependsOn = {"binding",
                "headless", "network"})})
public final class MediaPoolReconciler implements Reconciler<MediaPool>, ContextInitializer<MediaPool> {
    static final String SERVICES = "services";

    private static final Logger LOG = LoggerFactory.getLogger(MediaPoolReconciler.class);
    private static final String PLAN = "plan";
    /** Of what nobody tells us: a name that becomes free, an event of the StatefulSet controller. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(OwnedObject.LOOK_AGAIN_SECONDS);

    private final OperatorConfig config;
    private final ResourceWriter writer;
    private final OperatorMetrics metrics;
    private final InstantSource clock;
    private final ProbeEventSource asked;
    private final StreamCounts counts;

    /**
     * Makes a reconciler.
     *
     * @param config settings
     * @param writer writes status
     * @param metrics counts
     * @param clock wall time
     * @param nanos time that only goes on, for the failure window
     * @param probe asks a pod
     */
    public MediaPoolReconciler(OperatorConfig config, ResourceWriter writer, OperatorMetrics metrics,
            InstantSource clock, LongSupplier nanos, PodProbe probe) {
        this.config = config;
        this.writer = writer;
        this.metrics = metrics;
        this.clock = clock;
        this.counts = new StreamCounts(nanos);
        this.asked = new ProbeEventSource(probe, nanos, metrics, counts);
    }

    /** The plan that was made for this run. */
    static PoolPlan plan(Context<MediaPool> context) {
        return context.managedWorkflowAndDependentResourceContext().getMandatory(PLAN, PoolPlan.class);
    }

    @Override
    public void initContext(MediaPool pool, Context<MediaPool> context) {
        context.managedWorkflowAndDependentResourceContext().put(PLAN, PoolPlan.of(pool, config));
    }

    @Override
    public List<EventSource<?, MediaPool>> prepareEventSources(EventSourceContext<MediaPool> context) {
        return List.of(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Service.class, MediaPool.class).withName(SERVICES)
                                .withNamespacesInheritedFromController()
                                .withLabelSelector(PoolDependentResource.SELECTOR).build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Pod.class, MediaPool.class)
                                .withNamespacesInheritedFromController().withLabelSelector(Labels.POOL)
                                .withSecondaryToPrimaryMapper(pod -> Set.of(new ResourceID(
                                        pod.getMetadata().getLabels().get(Labels.POOL),
                                        pod.getMetadata().getNamespace())))
                                .build(),
                        context),
                asked,
                References.watch(MediaGateway.class, MediaPool.class,
                        p -> Optional.ofNullable(p.getSpec().gatewayRef()).map(r -> Set.of(r.name())).orElse(Set.of()),
                        (after, before) -> Changes.ofSpec(before, after), context));
    }

    @Override
    public UpdateControl<MediaPool> reconcile(MediaPool pool, Context<MediaPool> context) {
        Verdict accepted = PoolStatus.accepted(pool, plan(context));
        boolean isAccepted = accepted instanceof Verdict.Done;
        Optional<RingClaims> before = PoolStatus.claims(pool);
        PoolPods pods = pods(pool, context);
        Optional<RingClaims> claims = before;
        if (isAccepted) {
            asked.rounds().follow(ResourceID.fromResource(pool), pods.addresses(before),
                    Durations.parse(pool.getSpec().failureWindow()));
            claims = RingPlanner.plan(before, RingMembership.of(before, pods.wanted(), pods.sights()),
                    clock.instant());
        }
        MediaPoolStatus status = pool.getStatus();
        if (!claims.equals(before)) {
            tell(pool, before, claims.orElseThrow());
            if (status != null) {
                // Before the pods go that have lost their share.
                status = PoolStatus.withRing(status, claims);
                writer.status(pool, new MediaPool(), status, context);
            }
        }
        Optional<Verdict> refused = isAccepted ? makeObjects(context) : Optional.empty();
        JoinWriter.write(pods, claims, context.getClient(), clock.instant());
        return writeStatus(pool, status, new Found(refused.orElse(accepted), refused.isPresent(), pods, claims),
                context);
    }

    /** What a run has found out. */
    private record Found(Verdict accepted, boolean isRefused, PoolPods pods, Optional<RingClaims> claims) {}

    private UpdateControl<MediaPool> writeStatus(MediaPool pool, @Nullable MediaPoolStatus before, Found found,
            Context<MediaPool> context) {
        Optional<StatefulSet> set = context.getSecondaryResource(StatefulSet.class);
        Optional<String> missing = set.isPresent() ? CreationFailures.missing(found.pods()) : Optional.empty();
        Optional<Verdict> trouble = PodTroubles.ofCluster(found.pods())
                .or(() -> missing.flatMap(pod -> CreationFailures.of(set.orElseThrow(), pod, context.getClient())))
                .or(() -> PodTroubles.ofRing(found.pods(), found.claims()));
        Verdict gateway = PoolStatus.gateway(pool,
                name -> References.named(MediaGateway.class, name, pool, context).isPresent());
        ConditionPlanner.Result conditions = ConditionPlanner.plan(
                PoolStatus.phases(found.accepted(), gateway, PoolStatus.ready(found.pods().wanted(), set, trouble)),
                before == null ? null : before.conditions(), pool.getMetadata().getGeneration(), clock.instant());
        StreamCounts.Shown streams = counts.shown(ResourceID.fromResource(pool),
                before == null ? null : before.streams(), found.pods().streams());
        MediaPoolStatus status = PoolStatus.of(pool, plan(context), conditions.conditions(), set, streams.count(),
                found.claims());
        if (!PoolStatus.isSame(before, status)) {
            writer.status(pool, new MediaPool(), status, context);
        }
        boolean isWaiting = missing.isPresent() || found.isRefused();
        UpdateControl<MediaPool> control = UpdateControl.noUpdate();
        return Stream.of(conditions.lookAgain(), streams.lookAgain(), Optional.of(LOOK_AGAIN).filter(_ -> isWaiting))
                .flatMap(Optional::stream).min(Comparator.naturalOrder()).map(control::rescheduleAfter)
                .orElse(control);
    }

    private PoolPods pods(MediaPool pool, Context<MediaPool> context) {
        return PoolPods.of(pool.getMetadata().getName(), pool.getSpec().replicas(),
                context.getSecondaryResourcesAsStream(Pod.class).toList(),
                context.getSecondaryResource(StatefulSet.class), asked.rounds().of(ResourceID.fromResource(pool)));
    }

    /** Makes the objects, or says why not. */
    private static Optional<Verdict> makeObjects(Context<MediaPool> context) {
        WorkflowReconcileResult result = context.managedWorkflowAndDependentResourceContext()
                .reconcileManagedWorkflow();
        Optional<Verdict> invalid = result.getErroredDependents().values().stream()
                .filter(StatefulSetDependentResource.Refused.class::isInstance).findFirst()
                .map(e -> new Verdict.Wrong(Reasons.INVALID_SPEC.word(), String.valueOf(e.getMessage())));
        return invalid.isPresent() ? invalid : OwnedObject.conflict(result);
    }

    private void tell(MediaPool pool, Optional<RingClaims> before, RingClaims claims) {
        int moves = RingPlanner.moves(before, claims);
        metrics.ringChanged(moves);
        LOG.atInfo()
                .addKeyValue(LogKeys.POOL, pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getName())
                .addKeyValue(LogKeys.EPOCH, claims.table().epoch())
                .addKeyValue(LogKeys.MEMBERS, claims.home().members().size())
                .addKeyValue(LogKeys.AWAY, claims.away()).addKeyValue(LogKeys.MOVES, moves).log("New ring table");
    }
}
