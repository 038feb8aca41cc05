# A cluster to test on: that of KUBECONFIG and REGISTRY, or else the testbed beside this repository, which is made while other tests run.
# Where there is neither, what needs one is left out.
testbed=../shared/testbed/testbed
addons=../shared/testbed/addons
cluster_job='' cluster_log='' cluster_was_up=''

make_cluster() {
  nice -n 19 "$testbed" build && "$testbed" up && nice -n 19 "$addons/build" && nice -n 19 "$addons/build" envoy-gateway || return
  eval "$("$testbed" env)"
  kubectl get namespace argo >/dev/null 2>&1 || "$addons/install" || return
  kubectl get namespace envoy-gateway-system >/dev/null 2>&1 || "$addons/install" envoy-gateway || return
  # Of SeldonDeployments it brings only a schema, and that without the oldest version.
  kubectl apply --server-side --force-conflicts -f packages/deployer/crd/seldondeployments.yaml
}

start_cluster() {
  if [ -n "${KUBECONFIG:-}" ] && [ -n "${REGISTRY:-}" ]; then return; fi
  [ -x "$testbed" ] || return 0
  if "$testbed" status >/dev/null 2>&1; then cluster_was_up=yes; fi
  cluster_log=$(mktemp)
  export -f make_cluster
  testbed=$testbed addons=$addons timeout --kill-after=30 $((55 * 60)) bash -c make_cluster >"$cluster_log" 2>&1 &
  cluster_job=$!
}

cluster_is_up() {
  if [ -n "$cluster_job" ]; then
    if ! wait "$cluster_job"; then
      tail -n 40 "$cluster_log"
      echo 'left out: what needs a cluster, since the testbed did not come up; above is why'
      return 1
    fi
    eval "$("$testbed" env)"
    export GATEWAY_URL=http://10.90.0.1:30080
  fi
  if [ -z "${KUBECONFIG:-}" ] || [ -z "${REGISTRY:-}" ]; then
    echo 'left out: what needs a cluster (KUBECONFIG) and a registry (REGISTRY)'
    return 1
  fi
}

stop_cluster() {
  [ -z "$cluster_log" ] || rm -f "$cluster_log"
  [ -z "$cluster_job" ] || [ -n "$cluster_was_up" ] || "$testbed" down
}
