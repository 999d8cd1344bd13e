import { Observable } from 'rxjs';
import { Nodes } from '../kinds/core/node';
import type { Fabric } from '../net/network';
import type { AnyController } from '../runtime/controller';
import type { Outcome } from '../runtime/workqueue';
import type { Node } from '../schema/types';

const ownAddresses: ReadonlySet<string> = new Set(['InternalIP', 'ExternalIP']);

/** The CNI's part: tells the fabric which pod range is behind which node, and which addresses are the nodes' own. */
export const createPodNetwork = (network: Pick<Fabric, 'route'>): AnyController => ({
  name: 'pod-network',
  run: (informers) => new Observable<Outcome>((outcomes) => informers.of(Nodes).changes.subscribe(({ key, previous, next }) => {
    if (previous && next && previous.spec === next.spec && previous.status?.addresses === next.status?.addresses) return;
    network.route(key, next && routesOf(next));
    outcomes.next({ key, at: informers.scheduler.now() });
  })),
});

const routesOf = ({ spec, status }: Node) => ({
  podCidrs: spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []),
  addresses: (status?.addresses ?? []).filter(({ type }) => ownAddresses.has(type)).map(({ address }) => address),
});
