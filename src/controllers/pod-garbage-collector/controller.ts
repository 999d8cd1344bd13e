import { Nodes } from '../../kinds/core/node';
import { isTerminal } from '../../kinds/core/pod-conditions';
import { Pods } from '../../kinds/core/pod';
import { timestamp } from '../../lib/timestamp';
import { byNode } from '../../runtime/by-node';
import { unlessGone } from '../../runtime/claim';
import { defineStatefulController, watched, type Context } from '../../runtime/controller';
import type { Node, Pod } from '../../schema/types';

/** As upstream: how long a node may be missing before its pods are given up. It may only be re-registering. */
const quarantineMs = 40_000;

/** Removes pods that are bound to a node that exists no more: no kubelet will ever end them. One key is one node. */
export const podGarbageCollector = defineStatefulController<Node>('pod-garbage-collector-controller', () => {
  const missingSince = new Map<string, number>();

  return {
    for: Nodes,
    ignores: () => true,   // only whether a node exists matters here
    watches: [watched(
      Pods,
      ({ spec: { nodeName } }, informers) => (nodeName && !informers.of(Nodes).get(nodeName) ? [nodeName] : []),
      (previous, next) => previous.spec.nodeName === next.spec.nodeName,
    )],

    reconcile(name, context) {
      if (context.informer(Nodes).get(name)) return void missingSince.delete(name);
      const pods = [...context.informer(Pods).by(byNode, name)];
      if (pods.length === 0) return void missingSince.delete(name);
      const since = missingSince.get(name) ?? context.now();
      missingSince.set(name, since);
      const inMs = since + quarantineMs - context.now();
      if (inMs > 0) return { requeueAfterMs: inMs };
      if (unlessGone(() => context.api.get(Nodes, { name }))) return { requeueAfterMs: quarantineMs };   // the cache is late: the node is back
      for (const pod of pods) giveUp(pod, context);
      missingSince.delete(name);
      return undefined;
    },
  };
});

/** The pod is called failed first, so that its end is told, and then removed at once. */
function giveUp(pod: Pod, { api, now }: Context): void {
  const { metadata } = pod;
  const lastTransitionTime = timestamp(now());
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists', lastTransitionTime };
  const change = { metadata: { uid: metadata.uid }, status: { phase: 'Failed', conditions: [condition] } };
  if (!isTerminal(pod)) unlessGone(() => api.patch(Pods, metadata, change, 'strategic', 'status'));
  unlessGone(() => api.delete(Pods, metadata, { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } }));
}
