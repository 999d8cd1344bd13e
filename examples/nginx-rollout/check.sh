set -e
test "$(kubectl get deployment nginx -o jsonpath='{.spec.template.spec.containers[0].image}')" = nginx:1.27
test "$(kubectl get deployment nginx -o jsonpath='{.status.availableReplicas}')" = 3
test "$(kubectl get deployment nginx -o jsonpath='{.metadata.annotations.deployment\.kubernetes\.io/revision}')" = 3
curl -s http://nginx.default.svc.cluster.local | grep -q 'Welcome to nginx'
