# The network of a cluster: an outer namespace with a bridge (API server, tests), a namespace per node joined to it by a veth pair,
# static routes to the nodes' pods. No interface leads out: a cluster can neither touch the machine's network nor be touched by it.
# shellcheck shell=bash

make_network() {
  local node ns
  mkdir -p /run/netns
  ip netns add "$netns"
  inside sh -ec "
    ip link set lo up
    ip link add br0 type bridge
    ip addr add $api_ip/24 dev br0
    ip link set br0 up
    sysctl -qw net.ipv4.ip_forward=1"
  for node in $(node_names); do
    ns=$netns-$node
    ip netns add "$ns"
    ip -n "$netns" link add "$node" type veth peer name eth0 netns "$ns"
    ip -n "$netns" link set "$node" master br0 up
    nsenter --net="/run/netns/$ns" sh -ec "
      ip link set lo up
      ip addr add $(node_ip "$node")/24 dev eth0
      ip link set eth0 up
      ip route add default via $api_ip
      sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1 2> /dev/null || true"
    ip -n "$netns" route add "$(node_cidr "$node")" via "$(node_ip "$node")"
  done
  for node in $(node_names); do
    for other in $(node_names); do
      [ "$node" = "$other" ] || ip -n "$netns-$node" route add "$(node_cidr "$other")" via "$(node_ip "$other")"
    done
  done
  # Cluster addresses work from the outer namespace too: kube-proxy of the first node translates them.
  ip -n "$netns" route add "$service_cidr" via "$(node_ip node1)"
}

remove_network() {
  local ns pid
  for ns in /run/netns/"$netns"-node* /run/netns/"$netns"; do
    [ -e "$ns" ] || continue
    # Tests that were started in it, with nothing to talk to any more.
    for pid in $(ip netns pids "${ns##*/}" 2> /dev/null); do kill -9 "$pid" 2> /dev/null || true; done
    ip netns delete "${ns##*/}"
  done
  # The folder that ip netns made; another cluster, or anybody else, may use it.
  if [ -d /run/netns ] && [ -z "$(ls -A /run/netns)" ]; then
    umount /run/netns 2> /dev/null || true
    rmdir /run/netns 2> /dev/null || true
  fi
}
