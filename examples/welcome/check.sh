set -e
test "$(kubectl get deployment web -o jsonpath='{.status.availableReplicas}')" = 6
test "$(kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}')" = nginx:1.29
curl -s http://web.default.svc.cluster.local | grep -q 'Welcome to nginx'
