kubectl apply -f web.yaml
kubectl rollout status deployment/web --timeout=60s
# One goes, another comes.
kubectl delete "$(kubectl get pods -l app=web -o name | head -n 1)"
kubectl scale deployment/web --replicas=6
kubectl set image deployment/web nginx=nginx:1.29
kubectl rollout status deployment/web --timeout=120s
