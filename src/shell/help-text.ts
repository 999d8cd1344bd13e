/** What `help` prints. */
export const helpText = `A shell on the cluster's control-plane node. Some things to try:

  kubectl get pods -o wide           What runs where (k is short for kubectl)
  kubectl apply -f FILE              Make the cluster as a manifest says; the examples are below ~/examples
  kubectl describe pod NAME          Everything about one pod, and what happened to it
  kubectl get pods -w                Follow changes; Ctrl+C ends it
  kubectl --help                     All of kubectl's commands

  curl, wget, nslookup               Ask services and pods, by cluster IP or through a node port
  watch COMMAND                      A command again and again
  ls, cat, grep, head, for, if, ...  A shell with pipes, variables and files
  podarium help                      Pause, speed up, crash a node
  history, clear                     As everywhere

Tab completes commands, kinds, names and files.
`;
