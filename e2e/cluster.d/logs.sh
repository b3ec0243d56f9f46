# Keeps what helps to understand a failure.
# shellcheck shell=bash

cluster_logs() {
  local dir=${1:-} host resource
  [ -n "$dir" ] || die "logs: no folder (expected: logs DIR)"
  mkdir -p "$dir/pods" "$dir/objects" "$dir/components"
  cp "$state/audit.log" "$dir/audit.log" 2> /dev/null || true
  for host in control $(node_names); do
    mkdir -p "$dir/components/$host"
    cp "$state/$host/log"/*.log "$dir/components/$host/" 2> /dev/null || true
    # Also of pods that are gone: kubelet keeps their files for a while.
    [ ! -d "$state/$host/log/pods" ] || cp -r "$state/$host/log/pods/." "$dir/pods/"
  done
  kubectl_admin get events -A --sort-by=.lastTimestamp > "$dir/events.txt" 2>&1 || true
  kubectl_admin get nodes,pods,services,endpointslices,statefulsets,deployments,pdb,pvc,pv -A -o wide > "$dir/overview.txt" 2>&1 || true
  kubectl_admin describe nodes > "$dir/nodes.txt" 2>&1 || true
  kubectl_admin describe pods -A > "$dir/pods.txt" 2>&1 || true
  for resource in $(kubectl_admin api-resources --api-group=penstock.dev -o name 2> /dev/null); do
    kubectl_admin get "$resource" -A -o yaml > "$dir/objects/$resource.yaml" 2>&1 || true
  done
  for resource in pods statefulsets deployments services configmaps poddisruptionbudgets leases; do
    kubectl_admin get "$resource" -A -o yaml > "$dir/objects/$resource.yaml" 2>&1 || true
  done
  echo "cluster: kept in $dir" >&2
}
