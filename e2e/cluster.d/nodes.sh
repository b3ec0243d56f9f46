# The nodes: containerd, kubelet and kube-proxy in a namespace each. A node has the paths of any other machine (/var/lib/kubelet, /var/log/pods,
# /run/containerd): they are its own mounts, kept below the state folder.
# shellcheck shell=bash

start_nodes() {
  local node
  mkdir -p "$state/network-volumes"
  for node in $(node_names); do
    prepare_node "$node"
    start_host "$node" "$netns-$node" "$parts/node-init" "$state" "$(node_ip "$node")" "$pod_cidr" "$(images_in)"
  done
}

# Where a node keeps its images. In memory, where there is plenty, they are read in and thrown away in no time; a disk takes ten seconds for
# what nobody will read again.
images_in() {
  [ -n "${E2E_IMAGES_IN:-}" ] && echo "$E2E_IMAGES_IN" && return
  awk '/^MemAvailable:/ { print ($2 > 8 * 1024 * 1024 ? "memory" : "disk") }' /proc/meminfo
}

prepare_node() {
  local node=$1 lib=$state/$1/lib
  mkdir -p "$lib"/{cni-conf,containerd,kubelet,volumes} "$state/$node/etc"
  cat > "$lib/containerd.toml" << EOF
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/penstock/pause:test"
  # Without the capability SYS_RESOURCE a negative score cannot be set, and runc fails.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/var/lib/cni-conf"
EOF
  cat > "$lib/cni-conf/10-bridge.conflist" << EOF
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$(node_cidr "$node")"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}]}
EOF
  cat > "$lib/kubelet.yaml" << EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: /var/lib/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup/$node
clusterDNS: ["$dns_ip"]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
evictionHard: {memory.available: 50Mi, nodefs.available: 1%, imagefs.available: 1%}
failCgroupV1: false
failSwapOn: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
nodeStatusUpdateFrequency: 5s
oomScoreAdj: 0
resolvConf: /dev/null
serializeImagePulls: false
syncFrequency: 10s
EOF
}

# Imports image tars into all nodes at once.
cluster_load() {
  local tar node jobs=() job failed=0
  [ $# -gt 0 ] || die "load: no image (expected: load IMAGE.tar...)"
  for tar; do [ -r "$tar" ] || die "load: cannot read $tar"; done
  for node in $(node_names); do
    (for tar; do on_host "$node" ctr -n k8s.io images import --digests=false - < "$tar" > /dev/null || exit 1; done) & jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || failed=1; done
  [ $failed = 0 ] || die "load: an import failed. See $state/node*/log/containerd.log"
}

# Runs a program among the processes, mounts and network of a host; pkill and friends see that host alone.
cluster_host() {
  [ $# -gt 1 ] || die "host: no command (expected: host control|$(node_names | paste -sd'|') COMMAND...)"
  on_host "$@"
}
