# Each answer names the next mistake.
kubectl apply -f broken.yaml
kubectl apply -f step-1.yaml
kubectl apply -f step-2.yaml
kubectl apply -f fixed.yaml
kubectl rollout status deployment/hello --timeout=60s
