set -e
if kubectl apply -f kuard-rs-v1beta1.yaml 2>/tmp/refusal; then exit 1; fi
grep -q 'no matches for kind "ReplicaSet" in version "extensions/v1beta1"' /tmp/refusal
test "$(kubectl get rs kuard -o jsonpath='{.status.readyReplicas}')" = 4
