import { Nodes } from '../../kinds/core/node';
import { defineStatefulController, type AnyController } from '../../runtime/controller';
import type { Informer } from '../../runtime/informer';
import type { Node } from '../../schema/types';
import { Ranges } from './ranges';

/** Gives every node its part of the pod network, unless it brought one. */
export const nodeIpamController = (podNetwork: string): AnyController => defineStatefulController<Node>('node-ipam-controller', () => {
  const ranges = new Ranges(podNetwork);
  let surveyed = false;

  /** Before anything is given away, all that is in use must be known. */
  const survey = (nodes: Informer<Node>): void => {
    if (surveyed) return;
    surveyed = true;
    for (const { metadata: { name }, spec: { podCIDR } } of nodes.list()) if (podCIDR) ranges.occupy(podCIDR, name);
  };

  return {
    for: Nodes,
    ignores: (previous, next) => previous.spec.podCIDR === next.spec.podCIDR,

    reconcile(name, { api, event, informer }) {
      const node = informer(Nodes).get(name);
      survey(informer(Nodes));
      if (!node) return ranges.release(name);
      if (node.spec.podCIDR) return ranges.occupy(node.spec.podCIDR, name);
      if (node.metadata.deletionTimestamp !== undefined) return;
      const range = ranges.take(name);
      if (range === undefined) {
        const message = `Node ${name} status is now: CIDRNotAvailable`;
        return event({ object: node, type: 'Normal', reason: 'CIDRNotAvailable', message, component: 'cidrAllocator' });
      }
      try {
        api.patch(Nodes, node.metadata, { metadata: { uid: node.metadata.uid }, spec: { podCIDR: range, podCIDRs: [range] } });
      } catch (error) {
        ranges.release(name);
        throw error;
      }
    },
  };
});
