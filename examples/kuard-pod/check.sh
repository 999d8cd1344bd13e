set -e
test "$(kubectl get pod kuard -o jsonpath='{.status.phase}')" = Running
test "$(kubectl get pod kuard -o jsonpath='{.status.qosClass}')" = Burstable
kubectl exec kuard -- wget -q -O- http://localhost:8080/healthy | grep -q ok
