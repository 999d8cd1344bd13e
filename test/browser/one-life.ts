import { createCluster } from '../../src/cluster';
import { sha256, hex } from '../../src/lib/sha256';
import { consoleOf } from '../../src/shell/cluster-console';
import { runScript } from '../../src/cli/run-script';

const commands = `kubectl create deployment web --image=nginx:1.27 --replicas=3
kubectl expose deployment web --port=80
kubectl rollout status deployment/web
kubectl set image deployment/web nginx=nginx:1.99
sleep 40
kubectl rollout undo deployment/web
kubectl rollout status deployment/web
kubectl delete pod -l app=web --wait=false
sleep 120
curl -s -o /tmp/page http://web.default.svc.cluster.local
kubectl get pods,events
`;

/** Lives one life from its seed: what the console printed, and a digest of every change with its cause. */
export async function oneLife(seed: number, settle: () => Promise<void>): Promise<{ readonly output: string; readonly changes: number; readonly digest: string }> {
  const cluster = createCluster({ seed }).boot();
  let output = '';
  const write = (text: string) => { output += text; };
  await runScript(cluster, consoleOf(cluster), commands, { out: write, err: write, settle });
  const log = cluster.log();
  return { output, changes: log.split('\n').length - 1, digest: hex(sha256(log)) };
}
