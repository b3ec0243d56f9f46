# Names of everything a cluster owns outside of its own namespaces, all made from its name.
# shellcheck shell=bash disable=SC2034

netns=penstock-$name                       # outer network namespace; nodes have $netns-node1, ...
cgroup=penstock-$name                      # below each cgroup hierarchy
states=${E2E_STATES:-/var/tmp/penstock-e2e}
state=$states/$name
kubeconfig=$state/admin.kubeconfig

api_ip=198.18.0.1                          # the bridge of the outer namespace
service_cidr=10.96.0.0/16
dns_ip=10.96.0.10
pod_cidr=10.244.0.0/16

node_names() { local i; for ((i = 1; i <= nodes; i++)); do echo "node$i"; done; }
node_ip() { echo "198.18.0.$((10 + ${1#node}))"; }
node_cidr() { echo "10.244.$((${1#node} - 1)).0/24"; }
node_gateway() { echo "10.244.$((${1#node} - 1)).1"; }

needs_root() { [ "$(id -u)" = 0 ] || die "needs root (sudo -E e2e/cluster ...)"; }

needs_programs() {
  local missing=() program
  for program in containerd runc ctr iptables conntrack ip nsenter unshare openssl curl setsid flock /usr/lib/cni/bridge /usr/lib/cni/host-local \
    /usr/lib/cni/portmap; do
    command -v "$program" > /dev/null || missing+=("$program")
  done
  [ ${#missing[@]} -eq 0 ] || die "missing: ${missing[*]}. Install: e2e/test-tools e2e"
}

is_up() {
  [ -f "$state/nodes" ] || die "no cluster $name is up. Start it: e2e/cluster up --name $name"
  nodes=$(cat "$state/nodes")
  PATH=$(cat "$state/path"):$PATH
}

# Runs a program in the cluster's network. Not ip netns exec: that one remounts /sys and hides the cgroups.
inside() { nsenter --net="/run/netns/$netns" "$@"; }

phase_start=$EPOCHREALTIME
phase() { # NAME: prints the seconds since the last phase ended
  local now=$EPOCHREALTIME
  awk -v a="$phase_start" -v b="$now" -v p="$1" 'BEGIN { printf "cluster: %-24s %5.1f s\n", p, b - a }' >&2
  phase_start=$now
}
