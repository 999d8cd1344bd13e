kubectl apply -f guestbook.yaml
kubectl rollout status deployment/redis-leader --timeout=120s
kubectl rollout status deployment/redis-follower --timeout=120s
kubectl rollout status deployment/frontend --timeout=120s
# Routes follow the endpoints within a second or two.
until curl -s -o /tmp/page http://node-1:30080/; do sleep 1; done
curl -s 'http://node-1:30080/guestbook.php?cmd=set&key=messages&value=,hello'
curl -s 'http://node-2:30080/guestbook.php?cmd=get&key=messages'
