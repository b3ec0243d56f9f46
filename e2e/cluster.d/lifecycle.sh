# up and down.
# shellcheck shell=bash

up() {
  local begin=$EPOCHREALTIME
  needs_programs
  eval "$("$here/node-tools" kube base)"
  phase "tools"
  one_at_a_time
  remove_all
  echo "$nodes" > "$state/nodes"
  path_of_programs > "$state/path"
  make_cgroups
  make_network
  make_certificates
  phase "network, certificates"
  make_volumes
  start_control
  start_nodes
  for node in $(node_names); do wait_for 30 "containerd of $node" on_host "$node" ctr version; done
  cluster_load "$E2E_BASE_IMAGES/pause.tar" "$E2E_BASE_IMAGES/coredns.tar"
  phase "containerd, base images"
  wait_for 60 "API server" kubectl_admin get --raw /readyz
  wait_for 30 "namespace kube-system" kubectl_admin get namespace kube-system
  phase "API server"
  apply_objects
  wait_for 60 "nodes" nodes_ready
  phase "nodes ready"
  wait_for 60 "CoreDNS" dns_ready
  phase "DNS ready"
  phase_start=$begin
  phase "up, $nodes nodes"
  echo "export E2E_KUBECONFIG='$kubeconfig'"
  echo "export E2E_NETNS='/run/netns/$netns'"
  echo "export E2E_STATE='$state'"
  echo "export E2E_NAME='$name'"
}

nodes_ready() {
  [ "$(kubectl_admin get nodes -o jsonpath='{.items[*].status.conditions[?(@.type=="Ready")].status}' | grep -o True | wc -l)" = "$nodes" ]
}
dns_ready() { [ "$(kubectl_admin -n kube-system get daemonset coredns -o jsonpath='{.status.numberReady}')" = "$nodes" ]; }

path_of_programs() { dirname "$(command -v kubelet)" "$(command -v kubectl)" | paste -sd:; }

# Two that start or stop the same cluster at once would tear each other's work down.
one_at_a_time() {
  mkdir -p "$state"
  exec 9< "$state"
  flock --nonblock 9 || die "another up or down of $name is at work"
}

down() {
  one_at_a_time
  remove_all
  rmdir "$state"
  rmdir "$states" 2> /dev/null || true
  phase "down"
}

# Removes whatever there is of this cluster, also the leftovers of one that was killed.
remove_all() {
  kill_processes
  remove_network
  remove_cgroups
  find "$state" -mindepth 1 -xdev -delete
}
