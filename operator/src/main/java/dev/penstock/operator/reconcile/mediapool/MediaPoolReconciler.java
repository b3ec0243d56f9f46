package dev.penstock.operator.reconcile.mediapool;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ContextInitializer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.penstock.api.FieldManagers;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.desired.PoolPlan;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.ring.RingPlanner;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.telemetry.LogKeys;
import dev.penstock.operator.telemetry.OperatorMetrics;
import dev.penstock.wire.RingTable;

/**
 * Makes the objects of a pool and gives its pods their partitions. A pool that cannot be accepted keeps the objects that it has:
 * an edit that is refused must not take streams off the air.
 */
@ControllerConfiguration(name = "mediapool", fieldManager = FieldManagers.OPERATOR)
@Workflow(explicitInvocation = true, dependents = {
        @Dependent(name = "account", type = ServiceAccountDependentResource.class),
        @Dependent(name = "role", type = RoleDependentResource.class),
        @Dependent(name = "binding", type = RoleBindingDependentResource.class, dependsOn = {"account", "role"}),
        @Dependent(name = "config", type = ConfigMapDependentResource.class),
        @Dependent(name = "headless", type = HeadlessServiceDependentResource.class, useEventSourceWithName = MediaPoolReconciler.SERVICES),
        @Dependent(name = "client", type = ClientServiceDependentResource.class, useEventSourceWithName = MediaPoolReconciler.SERVICES),
        @Dependent(name = "network", type = NetworkPolicyDependentResource.class),
        @Dependent(name = "budget", type = DisruptionBudgetDependentResource.class),
        @Dependent(name = "pods", type = StatefulSetDependentResource.class, dependsOn = {"binding", "config",
                "headless", "network"})})
public final class MediaPoolReconciler implements Reconciler<MediaPool>, ContextInitializer<MediaPool> {
    static final String SERVICES = "services";

    private static final Logger LOG = LoggerFactory.getLogger(MediaPoolReconciler.class);
    private static final String PLAN = "plan";

    private final OperatorConfig config;
    private final ResourceWriter writer;
    private final OperatorMetrics metrics;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public MediaPoolReconciler(OperatorConfig config, ResourceWriter writer, OperatorMetrics metrics,
            InstantSource clock) {
        this.config = config;
        this.writer = writer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The plan that was made for this run. */
    static PoolPlan plan(Context<MediaPool> context) {
        return context.managedWorkflowAndDependentResourceContext().getMandatory(PLAN, PoolPlan.class);
    }

    @Override
    public void initContext(MediaPool pool, Context<MediaPool> context) {
        context.managedWorkflowAndDependentResourceContext().put(PLAN, PoolPlan.of(pool, config, definition(pool)));
    }

    @Override
    public List<EventSource<?, MediaPool>> prepareEventSources(EventSourceContext<MediaPool> context) {
        return List.of(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Service.class, MediaPool.class).withName(SERVICES)
                                .withNamespacesInheritedFromController()
                                .withLabelSelector(PoolDependentResource.SELECTOR).build(),
                        context),
                References.watch(MediaGateway.class, MediaPool.class,
                        p -> Optional.ofNullable(p.getSpec().gatewayRef()).map(r -> Set.of(r.name())).orElse(Set.of()),
                        (after, before) -> Changes.ofSpec(before, after), context));
    }

    @Override
    public UpdateControl<MediaPool> reconcile(MediaPool pool, Context<MediaPool> context) {
        Verdict accepted = PoolStatus.accepted(pool);
        if (accepted instanceof Verdict.Done) {
            context.managedWorkflowAndDependentResourceContext().reconcileManagedWorkflow();
        }
        Optional<StatefulSet> pods = context.getSecondaryResource(StatefulSet.class);
        Optional<RingTable> before = PoolStatus.ring(pool);
        Optional<RingTable> ring = accepted instanceof Verdict.Done ? ring(pool, pods, before) : before;
        Verdict gateway = PoolStatus.gateway(pool,
                name -> References.named(MediaGateway.class, name, pool, context).isPresent());
        ConditionPlanner.Result conditions = ConditionPlanner.plan(PoolStatus.phases(accepted, gateway, pods),
                pool.getStatus() == null ? null : pool.getStatus().conditions(), pool.getMetadata().getGeneration(),
                clock.instant());
        MediaPoolStatus status = PoolStatus.of(pool, plan(context), conditions.conditions(), pods, ring);
        if (!PoolStatus.isSame(pool.getStatus(), status)) {
            writer.status(pool, new MediaPool(), status, context);
        }
        UpdateControl<MediaPool> control = UpdateControl.noUpdate();
        return conditions.lookAgain().map(control::rescheduleAfter).orElse(control);
    }

    private Optional<RingTable> ring(MediaPool pool, Optional<StatefulSet> pods, Optional<RingTable> before) {
        int wanted = pool.getSpec().replicas();
        Optional<RingTable> next = RingPlanner.plan(before,
                RingPlanner.members(before, wanted, pods.filter(PoolStatus::areAllReady).isPresent()), clock.instant());
        if (!next.equals(before)) {
            RingTable table = next.orElseThrow();
            int moves = RingPlanner.moves(before, table);
            metrics.ringChanged(moves);
            LOG.atInfo()
                    .addKeyValue(LogKeys.POOL, pool.getMetadata().getNamespace() + "/" + pool.getMetadata().getName())
                    .addKeyValue(LogKeys.EPOCH, table.epoch()).addKeyValue(LogKeys.MEMBERS, table.members().size())
                    .addKeyValue(LogKeys.MOVES, moves).log("New ring table");
        }
        return next;
    }

    private static String definition(MediaPool pool) {
        MediaPool definition = new MediaPool();
        definition.setMetadata(new ObjectMetaBuilder().withName(pool.getMetadata().getName())
                .withNamespace(pool.getMetadata().getNamespace()).build());
        definition.setSpec(pool.getSpec());
        return Serialization.asYaml(definition);
    }
}
