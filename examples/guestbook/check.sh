set -e
test "$(kubectl get deployment frontend -o jsonpath='{.status.readyReplicas}')" = 3
test "$(kubectl get endpointslices -l kubernetes.io/service-name=frontend -o jsonpath='{.items[0].endpoints[*].addresses[0]}' | wc -w)" -eq 3
curl -s 'http://node-1:30080/guestbook.php?cmd=get&key=messages' | grep -q hello
