# Refused: the version is gone.
kubectl apply -f kuard-rs-v1beta1.yaml
# The same in a version that is served.
kubectl apply -f kuard-rs.yaml
kubectl scale replicaset kuard --replicas=4
kubectl wait --for=jsonpath='{.status.readyReplicas}'=4 replicaset/kuard --timeout=60s
kubectl get pods -l app=kuard,version=2
