set -e
refused() {
  if kubectl create -f "$1" --dry-run=server 2>/tmp/answer; then exit 1; fi
  grep -q "$2" /tmp/answer
}
refused broken.yaml 'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32'
refused step-1.yaml 'unknown field "spec.replica"'
refused step-2.yaml 'selector` does not match template `labels`'
test "$(kubectl get deployment hello -o jsonpath='{.status.readyReplicas}')" = 2
