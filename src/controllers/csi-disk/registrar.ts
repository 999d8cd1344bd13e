import { Nodes } from '../../kinds/core/node';
import { CSINodes } from '../../kinds/served';
import { defineController, watched } from '../../runtime/controller';
import type { CSINodeDriver, Node } from '../../schema/types';
import { diskDriver } from './driver';

/** So many disks a machine takes. */
const mostDisks = 16;

/** Makes the driver known on every node, with how many disks it takes. */
export const diskRegistrar = defineController<Node>({
  name: `node-driver-registrar ${diskDriver}`,
  for: Nodes,
  ignores: () => true,
  watches: [watched(CSINodes, function* ({ metadata }) { yield metadata.name; })],
  reconcile(name, { informer, api }) {
    const node = informer(Nodes).get(name);
    const known = informer(CSINodes).get(name);
    if (!node || known?.spec.drivers?.some((driver) => driver.name === diskDriver)) return;
    const driver: CSINodeDriver = { name: diskDriver, nodeID: name, allocatable: { count: mostDisks } };
    if (known) return void api.update(CSINodes, { ...known, spec: { drivers: [...(known.spec.drivers ?? []), driver] } });
    api.create(CSINodes, { metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }] }, spec: { drivers: [driver] } });
  },
});
