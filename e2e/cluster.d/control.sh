# The control plane: etcd, API server, controller manager and scheduler in the outer namespace.
# shellcheck shell=bash

start_control() {
  local dir=$state/control
  # Who did what to which object: the rights of our roles are compared with it. What Kubernetes' own parts do is left out.
  cat > "$dir/audit-policy.yaml" << EOF
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - {level: None, users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy"]}
  - {level: None, userGroups: ["system:nodes", "system:serviceaccounts:kube-system"]}
  - {level: None, nonResourceURLs: ["/readyz", "/livez", "/healthz"]}
  - {level: Metadata}
EOF
  start_host control "$netns" "$parts/control-init" "$state" "$api_ip" "$service_cidr" "$pod_cidr"
}

kubectl_admin() { inside kubectl --kubeconfig "$kubeconfig" "$@"; }
cluster_kubectl() { kubectl_admin "$@"; }
cluster_run() { E2E_KUBECONFIG=$kubeconfig E2E_NETNS=/run/netns/$netns E2E_STATE=$state inside "$@"; }
