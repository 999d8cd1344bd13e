set -e
test "$(kubectl get pods -l app=web --no-headers | wc -l)" -eq 3
sick=$(kubectl get pods -l app=quarantined -o jsonpath='{.items[0].metadata.name}')
test -n "$sick"
test -z "$(kubectl get pod "$sick" -o jsonpath='{.metadata.ownerReferences}')"
ip=$(kubectl get pod "$sick" -o jsonpath='{.status.podIP}')
if kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{.items[*].endpoints[*].addresses[*]}' | grep -q -w "$ip"; then exit 1; fi
