package dev.penstock.operator.reconcile.mediagateway;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import org.jspecify.annotations.Nullable;

import dev.penstock.api.Reasons;
import dev.penstock.api.ServedFeatures;
import dev.penstock.api.ServedFeatures.NotServed;
import dev.penstock.api.v1alpha1.MediaGateway;
import dev.penstock.api.v1alpha1.MediaGatewaySpec.Route;
import dev.penstock.api.v1alpha1.MediaGatewaySpec.ServiceType;
import dev.penstock.api.v1alpha1.MediaGatewayStatus;
import dev.penstock.operator.desired.GatewayPlan;
import dev.penstock.operator.reconcile.PodTrouble;
import dev.penstock.operator.resolve.BaseUrls;
import dev.penstock.operator.status.Verdict;
import dev.penstock.operator.status.Verdict.Done;
import dev.penstock.operator.status.Verdict.NotYet;
import dev.penstock.operator.status.Verdict.Wrong;
import dev.penstock.operator.status.Verdicts;

/** What a gateway's status says of its objects. Pure. */
final class GatewayStatus {
    private static final int MAX_MESSAGE = 2000;

    private GatewayStatus() {}

    /**
     * The gateway can be carried out.
     *
     * @param live names of the Live pools that name it
     */
    static Verdict accepted(GatewayPlan plan, List<String> live) {
        MediaGateway gateway = plan.gateway();
        Verdict served = Verdicts.accepted(ServedFeatures.of(gateway.getSpec()));
        if (!(served instanceof Done)) {
            return served;
        }
        if (live.size() > 1) {
            return new Wrong(Reasons.HOST_CONFLICT.word(), "MediaPool spec.gatewayRef: named by " + live
                    + " (expected: at most one pool with mode Live, a path does not say the pool)");
        }
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < plan.routes().size(); i++) {
            Route route = plan.routes().get(i);
            if (!paths.add(route.path().replaceFirst("/+$", ""))) {
                return new Wrong(Reasons.INVALID_SPEC.word(),
                        "spec.routes[" + i + "].path: " + route.path() + " (expected: each path once)");
            }
        }
        if (plan.isManaged() && plan.config().gatewayImages().agent().isEmpty()) {
            return new Wrong(Reasons.NOT_SERVED_YET.word(), "spec.provider: Managed, but the operator was started"
                    + " without --agent-image (expected: the operator's own image)");
        }
        List<String> notes = new ArrayList<>(ServedFeatures.lesser(gateway.getSpec()).stream().map(NotServed::message)
                .toList());
        notes.addAll(plan.aliases().refused());
        if (plan.isIngress() && !plan.aliases().targets().isEmpty()) {
            notes.add("LiveStream spec.http.aliases: not served by this provider (expected: provider Managed)");
        }
        String message = notes.isEmpty() ? served.message() : served.message() + ". " + String.join("; ", notes);
        return new Done(served.reason(),
                message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "..." : message);
    }

    /** The gateway carries traffic, as far as its objects tell; or what keeps its first troubled pod from running. */
    static Verdict available(GatewayPlan plan, Optional<Deployment> deployment, List<Pod> pods) {
        if (!plan.isManaged()) {
            return new Done(Reasons.READY.word(), plan.isIngress()
                    ? "Ingress objects are there for the controller to carry out"
                    : "URLs are made; somebody else carries the traffic");
        }
        int wanted = plan.gateway().getSpec().replicas();
        DeploymentStatus status = deployment.map(Deployment::getStatus).orElse(null);
        boolean isCurrent = status != null && Objects.equals(status.getObservedGeneration(),
                deployment.orElseThrow().getMetadata().getGeneration());
        int ready = status == null ? 0 : number(status.getAvailableReplicas());
        if (isCurrent && ready >= wanted && number(status.getUpdatedReplicas()) == wanted
                && number(status.getReplicas()) == wanted) {
            return new Done(Reasons.READY.word(), ready + " of " + wanted + " pods of HAProxy are available");
        }
        Optional<Verdict> trouble = pods.stream().sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                .map(PodTrouble::of).flatMap(Optional::stream).findFirst();
        if (trouble.isPresent()) {
            return trouble.get();
        }
        String count = ready + " of " + wanted + " pods of HAProxy are available";
        Optional<DeploymentCondition> failure = isCurrent ? failure(status) : Optional.empty();
        if (failure.isPresent()) {
            String message = failure.get().getMessage();
            return new Wrong(
                    message.contains("exceeded quota")
                            ? Reasons.QUOTA_EXCEEDED.word()
                            : Reasons.PODS_NOT_READY.word(),
                    count + ": " + failure.get().getReason() + ", " + message);
        }
        return new NotYet(ready >= wanted ? Reasons.ROLLING_OUT.word() : Reasons.PODS_NOT_READY.word(), count);
    }

    /** Where clients connect to. */
    static Optional<String> address(GatewayPlan plan, Optional<Service> service, Optional<Ingress> ingress) {
        if (plan.isIngress()) {
            return ingress.map(Ingress::getStatus).filter(Objects::nonNull).map(s -> s.getLoadBalancer())
                    .flatMap(l -> l.getIngress().stream().findFirst())
                    .map(i -> i.getHostname() == null ? i.getIp() : i.getHostname());
        }
        if (!plan.isManaged()) {
            return Optional.empty();
        }
        return service.flatMap(s -> switch (plan.gateway().getSpec().serviceType()) {
            case CLUSTER_IP -> Optional.ofNullable(s.getSpec().getClusterIP());
            case NODE_PORT -> s.getSpec().getPorts().stream()
                    .filter(p -> p.getName().equals(plan.gateway().getSpec().tls() == null ? "http" : "https"))
                    .findFirst()
                    .map(p -> "*:" + p.getNodePort());
            case LOAD_BALANCER -> balancer(s);
        });
    }

    /** The base URL to the outside, or inside the cluster when there is no other. */
    static Optional<String> url(GatewayPlan plan, Optional<String> address) {
        MediaGateway gateway = plan.gateway();
        return Optional.ofNullable(gateway.getSpec().host()).map(host -> BaseUrls.of(gateway, host))
                .or(() -> switch (gateway.getSpec().provider()) {
                    case MANAGED -> Optional.of(BaseUrls.of(gateway,
                            address.filter(_ -> gateway.getSpec().serviceType() == ServiceType.LOAD_BALANCER)
                                    .orElseGet(() -> plan.objectName() + "." + gateway.getMetadata().getNamespace()
                                            + ".svc."
                                            + plan.config().clusterDomain())));
                    case HAPROXY_INGRESS, HAPROXY_TECH -> address.map(a -> BaseUrls.of(gateway, a));
                    case GATEWAY_API, NONE -> Optional.empty();
                });
    }

    /** One of the numbers of pods. */
    static int pods(Deployment deployment, Function<DeploymentStatus, @Nullable Integer> part) {
        return deployment.getStatus() == null ? 0 : number(part.apply(deployment.getStatus()));
    }

    /** The operator's parts of two statuses say the same. */
    static boolean isSame(@Nullable MediaGatewayStatus before, MediaGatewayStatus now) {
        return before != null && Objects.equals(now.observedGeneration(), before.observedGeneration())
                && Verdicts.own(now.conditions()).equals(Verdicts.own(before.conditions()))
                && withoutConditions(before).equals(withoutConditions(now));
    }

    private static MediaGatewayStatus withoutConditions(MediaGatewayStatus status) {
        return new MediaGatewayStatus(null, null, status.url(), status.address(), status.replicas(),
                status.readyReplicas(), status.pools() == null ? List.of() : status.pools());
    }

    private static Optional<String> balancer(Service service) {
        LoadBalancerStatus balancer = service.getStatus() == null ? null : service.getStatus().getLoadBalancer();
        List<LoadBalancerIngress> entries = balancer == null || balancer.getIngress() == null
                ? List.of()
                : balancer.getIngress();
        return entries.stream().findFirst().map(e -> e.getHostname() == null ? e.getIp() : e.getHostname());
    }

    /** Why no more pods come: a quota, or none became ready for long. */
    private static Optional<DeploymentCondition> failure(DeploymentStatus status) {
        List<DeploymentCondition> conditions = status.getConditions() == null ? List.of() : status.getConditions();
        return conditions.stream()
                .filter(c -> (c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
                        || (c.getType().equals("Progressing") && c.getStatus().equals("False")))
                .findFirst();
    }

    private static int number(@Nullable Integer count) {
        return count == null ? 0 : count;
    }
}
