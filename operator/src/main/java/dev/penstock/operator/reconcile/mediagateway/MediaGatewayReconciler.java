package dev.penstock.operator.reconcile.mediagateway;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ContextInitializer;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;

import dev.penstock.api.ConditionTypes;
import dev.penstock.api.FieldManagers;
import dev.penstock.api.Labels;
import dev.penstock.api.v1alpha1.LiveStream;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewayStatus;
import dev.penstock.api.v1alpha1.MediaPool;
import dev.penstock.api.v1alpha1.MediaPoolSpec.Mode;
import dev.penstock.api.v1alpha1.MediaPoolStatus;
import dev.penstock.api.v1alpha1.MediaPoolStatus.Ring;
import dev.penstock.operator.config.OperatorConfig;
import dev.penstock.operator.desired.GatewayPlan;
import dev.penstock.operator.reconcile.Changes;
import dev.penstock.operator.reconcile.OwnedObject;
import dev.penstock.operator.reconcile.References;
import dev.penstock.operator.reconcile.ResourceWriter;
import dev.penstock.operator.status.ConditionPlanner;
import dev.penstock.operator.status.Phase;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;

/**
 * Makes the objects of a gateway: an HAProxy of its own, or Ingress objects for somebody else's. A gateway that cannot be accepted
 * keeps the objects that it has: an edit that is refused must not close the door.
 */
@ControllerConfiguration(name = "mediagateway", fieldManager = FieldManagers.OPERATOR)
@Workflow(explicitInvocation = true, handleExceptionsInReconciler = true, dependents = {
        @Dependent(name = "account", type = AccountDependentResource.class, reconcilePrecondition = ManagedCondition.class),
        @Dependent(name = "role", type = RoleDependentResource.class, reconcilePrecondition = ManagedCondition.class),
        @Dependent(name = "binding", type = RoleBindingDependentResource.class, dependsOn = {"account",
                "role"}, reconcilePrecondition = ManagedCondition.class),
        @Dependent(name = "config", type = ConfigMapDependentResource.class, reconcilePrecondition = ManagedCondition.class),
        @Dependent(name = "service", type = ServiceDependentResource.class, reconcilePrecondition = ManagedCondition.class),
        @Dependent(name = "budget", type = DisruptionBudgetDependentResource.class, reconcilePrecondition = BudgetCondition.class),
        @Dependent(name = "pods", type = DeploymentDependentResource.class, reconcilePrecondition = ManagedCondition.class),
        @Dependent(name = "pool-ingress", type = PoolIngressDependentResource.class, useEventSourceWithName = MediaGatewayReconciler.INGRESSES, reconcilePrecondition = PoolIngressCondition.class),
        @Dependent(name = "app-ingress", type = ApplicationIngressDependentResource.class, useEventSourceWithName = MediaGatewayReconciler.INGRESSES, reconcilePrecondition = ApplicationIngressCondition.class)})
public final class MediaGatewayReconciler implements Reconciler<MediaGateway>, ContextInitializer<MediaGateway> {
    static final String INGRESSES = "ingresses";

    private static final String PLAN = "plan";

    private final OperatorConfig config;
    private final ResourceWriter writer;
    private final InstantSource clock;

    /** Makes a reconciler. */
    public MediaGatewayReconciler(OperatorConfig config, ResourceWriter writer, InstantSource clock) {
        this.config = config;
        this.writer = writer;
        this.clock = clock;
    }

    /** The plan that was made for this run. */
    static GatewayPlan plan(Context<MediaGateway> context) {
        return context.managedWorkflowAndDependentResourceContext().getMandatory(PLAN, GatewayPlan.class);
    }

    @Override
    public void initContext(MediaGateway gateway, Context<MediaGateway> context) {
        Optional<MediaPool> live = pools(gateway, context).stream().filter(MediaGatewayReconciler::isLive).findFirst();
        context.managedWorkflowAndDependentResourceContext().put(PLAN, new GatewayPlan(gateway, live,
                StreamAliases.of(live, References.all(LiveStream.class, gateway, context)), config));
    }

    @Override
    public List<EventSource<?, MediaGateway>> prepareEventSources(EventSourceContext<MediaGateway> context) {
        return List.of(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Ingress.class, MediaGateway.class).withName(INGRESSES)
                                .withNamespacesInheritedFromController()
                                .withLabelSelector(GatewayObject.SELECTOR).build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Pod.class, MediaGateway.class)
                                .withNamespacesInheritedFromController().withLabelSelector(Labels.GATEWAY)
                                .withSecondaryToPrimaryMapper(pod -> Set.of(new ResourceID(
                                        pod.getMetadata().getLabels().get(Labels.GATEWAY),
                                        pod.getMetadata().getNamespace())))
                                .build(),
                        context),
                // The pool names the gateway, so any pool may concern any gateway of its namespace.
                References.watch(MediaPool.class, MediaGateway.class, _ -> Set.of(""),
                        (after, before) -> Changes.ofSpec(before, after) || Changes.of(before.getStatus(),
                                after.getStatus(), MediaGatewayReconciler::members),
                        context),
                new InformerEventSource<>(InformerEventSourceConfiguration.from(LiveStream.class, MediaGateway.class)
                        .withNamespacesInheritedFromController().withOnAddFilter(StreamAliases::has)
                        .withOnUpdateFilter((after, before) -> StreamAliases.changed(before, after))
                        .withOnDeleteFilter((stream, _) -> StreamAliases.has(stream))
                        .withSecondaryToPrimaryMapper(stream -> context.getPrimaryCache()
                                .list(stream.getMetadata().getNamespace(), _ -> true).map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .build(), context));
    }

    @Override
    public UpdateControl<MediaGateway> reconcile(MediaGateway gateway, Context<MediaGateway> context) {
        GatewayPlan plan = plan(context);
        List<MediaPool> pools = pools(gateway, context);
        Verdict accepted = GatewayStatus.accepted(plan,
                GatewayPlan.names(pools.stream().filter(MediaGatewayReconciler::isLive).toList()));
        Optional<Verdict> conflict = accepted instanceof Done
                ? OwnedObject.conflict(
                        context.managedWorkflowAndDependentResourceContext().reconcileManagedWorkflow())
                : Optional.empty();
        Optional<Deployment> deployment = context.getSecondaryResource(Deployment.class);
        Verdict available = GatewayStatus.available(plan, deployment,
                context.getSecondaryResourcesAsStream(Pod.class).toList());
        ConditionPlanner.Result conditions = ConditionPlanner.plan(
                List.of(Phase.shown(ConditionTypes.ACCEPTED, conflict.orElse(accepted)), Phase.counted(available)),
                gateway.getStatus() == null ? null : gateway.getStatus().conditions(),
                gateway.getMetadata().getGeneration(), clock.instant());
        Optional<String> address = GatewayStatus.address(plan, context.getSecondaryResource(Service.class),
                context.getSecondaryResources(Ingress.class).stream()
                        .filter(i -> i.getMetadata().getName().equals(plan.objectName())).findFirst());
        Optional<Deployment> managed = deployment.filter(_ -> plan.isManaged());
        MediaGatewayStatus status = new MediaGatewayStatus(gateway.getMetadata().getGeneration(),
                conditions.conditions(), GatewayStatus.url(plan, address).orElse(null), address.orElse(null),
                managed.map(d -> GatewayStatus.pods(d, s -> s.getReplicas())).orElse(null),
                managed.map(d -> GatewayStatus.pods(d, s -> s.getReadyReplicas())).orElse(null),
                GatewayPlan.names(pools));
        if (!GatewayStatus.isSame(gateway.getStatus(), status)) {
            writer.status(gateway, new MediaGateway(), status, context);
        }
        UpdateControl<MediaGateway> control = UpdateControl.noUpdate();
        return conflict.isPresent()
                ? control.rescheduleAfter(Duration.ofSeconds(OwnedObject.LOOK_AGAIN_SECONDS))
                : conditions.lookAgain().map(control::rescheduleAfter).orElse(control);
    }

    private static List<MediaPool> pools(MediaGateway gateway, Context<MediaGateway> context) {
        return References.all(MediaPool.class, gateway, context).stream()
                .filter(p -> p.getSpec().gatewayRef() != null
                        && p.getSpec().gatewayRef().name().equals(gateway.getMetadata().getName()))
                .toList();
    }

    private static boolean isLive(MediaPool pool) {
        return pool.getSpec().modes().contains(Mode.LIVE);
    }

    private static List<Integer> members(MediaPoolStatus status) {
        Ring ring = status.ring();
        return ring == null || ring.members() == null ? List.of() : ring.members();
    }
}
