kubectl apply -f guestbook.yaml
kubectl rollout status deployment/redis-leader --timeout=120s
kubectl rollout status deployment/redis-follower --timeout=120s
kubectl rollout status deployment/frontend --timeout=120s
curl -s 'http://node-1:30080/guestbook.php?cmd=set&key=messages&value=,hello'
curl -s 'http://node-2:30080/guestbook.php?cmd=get&key=messages'
