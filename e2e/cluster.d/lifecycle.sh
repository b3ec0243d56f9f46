# up and down.
# shellcheck shell=bash

up() {
  local begin=$EPOCHREALTIME images
  needs_programs
  eval "$("$here/node-tools" kube base)"
  phase "tools"
  one_at_a_time
  remove_all
  echo "$nodes" > "$state/nodes"
  path_of_programs > "$state/path"
  make_cgroups
  make_network
  phase "network"
  make_volumes
  start_nodes
  load_base_images & images=$!
  make_certificates
  start_control
  phase "certificates"
  wait_for 60 "API server" inside curl -sfk "https://$api_ip:6443/readyz"
  touch "$state/api-ready"
  phase "API server"
  wait "$images"
  phase "containerd, base images"
  wait_for 30 "namespace kube-system" kubectl_admin get namespace kube-system
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

load_base_images() {
  local node
  for node in $(node_names); do wait_for 30 "containerd of $node" on_host "$node" ctr version; done
  cluster_load "$E2E_BASE_IMAGES/pause.tar" "$E2E_BASE_IMAGES/coredns.tar"
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
  # Also held for a moment by what a killed one had begun.
  flock --timeout 20 9 || die "another up or down of $name is at work"
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
  [ ! -e "/run/netns/$netns" ] || [ "$(stat -Lc %i "/run/netns/$netns")" != "$(stat -Lc %i /proc/self/ns/net)" ] ||
    die "cannot remove the network that it runs in itself"
  kill_processes
  remove_network
  remove_cgroups
  find "$state" -mindepth 1 -xdev -delete
}
