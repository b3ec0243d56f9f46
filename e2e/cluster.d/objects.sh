# What a cluster holds from the start: its DNS and volumes.
# shellcheck shell=bash

apply_objects() {
  {
    sed "s/DNS_IP/$dns_ip/" "$parts/coredns.yaml"
    cat "$parts/storage-classes.yaml"
    local i node
    for ((i = 1; i <= 10; i++)); do
      volume standard "any-$i" "/var/lib/network-volumes/$i" '{key: kubernetes.io/os, operator: In, values: [linux]}'
      for node in $(node_names); do
        volume local "$node-$i" "/var/lib/volumes/$i" "{key: kubernetes.io/hostname, operator: In, values: [$node]}"
      done
    done
  } | kubectl_admin apply --server-side -f - > /dev/null
}

volume() { # CLASS NAME PATH NODE_SELECTOR
  cat << EOF
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: $2}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: $1
  local: {path: $3}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [$4]}]}}
EOF
}

make_volumes() {
  local i node
  for ((i = 1; i <= 10; i++)); do
    mkdir -p "$state/network-volumes/$i"
    for node in $(node_names); do mkdir -p "$state/$node/lib/volumes/$i"; done
  done
}
