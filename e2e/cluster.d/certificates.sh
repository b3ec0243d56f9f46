# One authority, and a client certificate and kubeconfig for each part that talks to the API server.
# shellcheck shell=bash

pki=$state/pki

new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }

certificate() { # FILE SUBJECT [EXTENSION]
  local file=$pki/$1 subject=$2 extension=${3:-extendedKeyUsage=clientAuth}
  # RSA for the administrator: some clients read nothing else. It takes a while, so the others have the quick kind.
  if [ "$1" = admin ]; then openssl genrsa -out "$file.key" 2048 2> /dev/null; else new_key "$file.key"; fi
  openssl req -new -key "$file.key" -subj "$subject" -out "$file.csr"
  openssl x509 -req -in "$file.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -set_serial "0x$(openssl rand -hex 8)" -days 30 \
    -extfile <(echo "$extension") -out "$file.crt" 2> /dev/null
  rm "$file.csr"
}

write_kubeconfig() { # FILE CERTIFICATE
  cat > "$1" << EOF
apiVersion: v1
kind: Config
clusters: [{name: e2e, cluster: {server: "https://$api_ip:6443", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}}]
users: [{name: user, user: {client-certificate-data: $(base64 -w0 "$pki/$2.crt"), client-key-data: $(base64 -w0 "$pki/$2.key")}}]
contexts: [{name: e2e, context: {cluster: e2e, user: user}}]
current-context: e2e
EOF
}

client() { # NAME SUBJECT KUBECONFIG
  certificate "$1" "$2"
  write_kubeconfig "$3" "$1"
}

make_certificates() {
  local node job jobs=()
  mkdir -p "$pki" "$state/control"
  new_key "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -out "$pki/ca.crt" -subj /CN=penstock-e2e -days 30 2> /dev/null
  new_key "$pki/sa.key"
  certificate apiserver /CN=kube-apiserver \
    "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$api_ip,IP:${service_cidr%.0/*}.1" & jobs+=($!)
  certificate kubelet-client /O=system:masters/CN=kube-apiserver & jobs+=($!)
  client admin /O=system:masters/CN=admin "$kubeconfig" & jobs+=($!)
  client controller-manager /CN=system:kube-controller-manager "$state/control/controller-manager.kubeconfig" & jobs+=($!)
  client scheduler /CN=system:kube-scheduler "$state/control/scheduler.kubeconfig" & jobs+=($!)
  certificate proxy /CN=system:kube-proxy
  for node in $(node_names); do
    cp "$pki/ca.crt" "$state/$node/lib/ca.crt"
    write_kubeconfig "$state/$node/lib/proxy.kubeconfig" proxy
    client "$node" "/O=system:nodes/CN=system:node:$node" "$state/$node/lib/kubelet.kubeconfig" & jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job"; done
}
