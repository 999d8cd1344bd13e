kubectl apply -f kuard.yaml
kubectl wait --for=condition=Ready pod/kuard --timeout=60s
kubectl get pods
kubectl describe pod kuard
