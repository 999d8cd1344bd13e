kubectl apply -f web.yaml
kubectl wait --for=jsonpath='{.status.readyReplicas}'=3 replicaset/web --timeout=60s
# Take one pod out of the set and out of the service, and keep it for a look: the set makes another.
sick=$(kubectl get pods -l app=web -o jsonpath='{.items[0].metadata.name}')
kubectl label pod "$sick" app=quarantined --overwrite
until test "$(kubectl get pods -l app=web --no-headers | grep -c Running)" -eq 3; do sleep 1; done
kubectl get pods -L app
