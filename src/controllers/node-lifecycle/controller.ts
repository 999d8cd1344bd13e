import { Leases } from '../../kinds/coordination/lease';
import { Nodes } from '../../kinds/core/node';
import { getCondition, isPodReady } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { timestamp } from '../../lib/timestamp';
import { byNode } from '../../runtime/by-node';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, type Context } from '../../runtime/controller';
import type { Node } from '../../schema/types';
import { deadlineOf, silentConditions } from './health';
import { demandedTaints } from './taints';

const leaseNamespace = 'kube-node-lease';
/** Who speaks in this controller's events. */
const component = 'node-controller';

/** What is remembered of a node between two looks. */
type Known = { readonly uid: string; readonly ready: string | undefined };

/** Listens for each node's heartbeat; marks what has fallen silent, and keeps the taints that follow from conditions. */
export const nodeLifecycleController = defineStatefulController<Node>('node-lifecycle-controller', (startedAt) => {
  const known = new Map<string, Known>();

  return {
    for: Nodes,

    reconcile(name, context) {
      const { api, event, informer, now } = context;
      const node = informer(Nodes).get(name);
      const before = known.get(name);
      const tell = (object: Parameters<typeof event>[0]['object'], reason: string, what: string) =>
        event({ object, type: 'Normal', reason, message: `Node ${name} event: ${what}`, component });
      if (before && before.uid !== node?.metadata.uid) {
        known.delete(name);
        tell({ kind: 'Node', name, uid: before.uid, apiVersion: 'v1' }, 'RemovingNode', `Removing Node ${name} from Controller`);
      }
      if (!node) return;
      if (before?.uid !== node.metadata.uid) tell(node, 'RegisteredNode', `Registered Node ${name} in Controller`);

      const deadline = deadlineOf(node, informer(Leases).get(`${leaseNamespace}/${name}`), startedAt);
      const heard = deadline >= now() ? node : markSilent(node, context);
      const taints = demandedTaints(heard, now());
      const { resourceVersion } = heard.metadata;
      if (taints) api.patch(Nodes, heard.metadata, { metadata: { resourceVersion }, spec: { taints } });
      const ready = getCondition(heard.status, 'Ready')?.status;
      if (ready !== 'True' && readyBefore(node, before) === 'True') tellNotReady(heard, context);
      known.set(name, { uid: node.metadata.uid, ready });
      return deadline >= now() ? { requeueAfterMs: deadline - now() + 1 } : undefined;   // silent too long is only after the grace period
    },
  };
});

/** As the node was known, or, when it is seen for the first time, as it says itself. */
const readyBefore = ({ metadata, status }: Node, before: Known | undefined): string | undefined =>
  (before?.uid === metadata.uid ? before.ready : getCondition(status, 'Ready')?.status);

function markSilent(node: Node, { api, now }: Context): Node {
  if (getCondition(node.status, 'Ready')?.status === 'Unknown') return node;
  return api.update(Nodes, { ...node, status: { ...node.status, conditions: silentConditions(node, now()) } }, 'status');
}

/** Services must not send anybody to pods that cannot be heard of. */
function tellNotReady(node: Node, { api, event, informer, now }: Context): void {
  const { name } = node.metadata;
  event({ object: node, type: 'Normal', reason: 'NodeNotReady', message: `Node ${name} status is now: NodeNotReady`, component });
  for (const pod of informer(Pods).by(byNode, name)) {
    if (!isPodReady(pod)) continue;
    const status = { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: timestamp(now()) }] };
    if (unlessGone(() => api.patch(Pods, pod.metadata, { metadata: { uid: pod.metadata.uid }, status }, 'strategic', 'status')))
      event({ object: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready', component });
  }
}
