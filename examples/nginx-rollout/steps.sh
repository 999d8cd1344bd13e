kubectl apply -f nginx.yaml
kubectl rollout status deployment/nginx --timeout=60s
# A tag that does not exist: the new ReplicaSet stalls, the old pods go on serving.
kubectl set image deployment/nginx nginx=nginx:1.99
kubectl rollout status deployment/nginx --timeout=30s
kubectl get pods -l app=nginx
kubectl rollout undo deployment/nginx
kubectl rollout status deployment/nginx --timeout=60s
kubectl rollout history deployment/nginx
