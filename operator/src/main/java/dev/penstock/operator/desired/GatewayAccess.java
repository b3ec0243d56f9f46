package dev.penstock.operator.desired;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;

import dev.penstock.api.Labels;

/**
 * What the agents of a gateway may do: read the gateway's ConfigMap and the pools of the namespace, and write nothing. The operator
 * can only grant what it has itself.
 */
public final class GatewayAccess {
    private GatewayAccess() {}

    /** Who the pods are. HAProxy itself gets no token, only the agent. */
    public static ServiceAccount account(GatewayPlan plan) {
        return new ServiceAccountBuilder().withMetadata(plan.metadata(plan.objectName()))
                .withAutomountServiceAccountToken(false).build();
    }

    /** What they may do. */
    public static Role role(GatewayPlan plan) {
        PolicyRule pools = new PolicyRuleBuilder().withApiGroups(Labels.GROUP).withResources("mediapools")
                .withVerbs("get", "list", "watch").build();
        PolicyRule config = new PolicyRuleBuilder().withApiGroups("").withResources("configmaps")
                .withResourceNames(plan.objectName()).withVerbs("get", "list", "watch").build();
        return new RoleBuilder().withMetadata(plan.metadata(plan.objectName())).withRules(pools, config).build();
    }

    /** Both together. */
    public static RoleBinding binding(GatewayPlan plan) {
        return new RoleBindingBuilder().withMetadata(plan.metadata(plan.objectName())).withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io").withKind("Role").withName(plan.objectName()).endRoleRef()
                .addNewSubject().withKind("ServiceAccount").withName(plan.objectName())
                .withNamespace(plan.namespace()).endSubject().build();
    }
}
