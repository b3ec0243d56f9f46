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
 * What the pods of a pool may do: read the resources of their namespace, write the status of what they serve, get Secrets by name.
 * The operator can only grant what it has itself, so each rule here is also in the operator's own role.
 */
public final class PodAccess {
    private PodAccess() {}

    /** Who the pods are. */
    public static ServiceAccount account(PoolPlan plan) {
        return new ServiceAccountBuilder().withMetadata(plan.metadata(plan.name())).build();
    }

    /** What they may do. */
    public static Role role(PoolPlan plan) {
        PolicyRule read = new PolicyRuleBuilder().withApiGroups(Labels.GROUP)
                .withResources("livestreams", "objectstores", "recordings").withVerbs("get", "list", "watch").build();
        PolicyRule ring = new PolicyRuleBuilder().withApiGroups(Labels.GROUP).withResources("mediapools")
                .withVerbs("list", "watch").build();
        PolicyRule status = new PolicyRuleBuilder().withApiGroups(Labels.GROUP)
                .withResources("livestreams/status", "objectstores/status", "recordings/status").withVerbs("patch")
                .build();
        // No list and no watch: a Secret must be named by a resource to be read.
        PolicyRule secrets = new PolicyRuleBuilder().withApiGroups("").withResources("secrets").withVerbs("get")
                .build();
        return new RoleBuilder().withMetadata(plan.metadata(plan.role())).withRules(read, ring, status, secrets)
                .build();
    }

    /** Both together. */
    public static RoleBinding binding(PoolPlan plan) {
        return new RoleBindingBuilder().withMetadata(plan.metadata(plan.role())).withNewRoleRef()
                .withApiGroup("rbac.authorization.k8s.io").withKind("Role").withName(plan.role()).endRoleRef()
                .addNewSubject()
                .withKind("ServiceAccount").withName(plan.name()).withNamespace(plan.namespace()).endSubject().build();
    }
}
