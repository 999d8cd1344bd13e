import { deleteAnnotation, Machines, type Machine } from '../../kinds/add-ons/machine';
import { nodeTemplateOf, NodePools, poolLabel, type NodePool, type NodePoolStatus } from '../../kinds/add-ons/node-pool';
import { equal } from '../../lib/equality';
import { hashOf } from '../../lib/hash';
import { unlessGone } from '../../runtime/claim';
import { defineController, type Context } from '../../runtime/controller';
import { byOwner } from '../../runtime/informer';
import { controlledBy } from '../../runtime/owner-references';
import { planOf, type Member } from './rolling';

const hashLabel = 'podarium.dev/template-hash';

/** Keeps as many machines of a pool's template as it asks for; a new template replaces them one after the other. */
export const nodePoolController = defineController<NodePool>({
  name: 'node-pool-controller',
  for: NodePools,
  owns: [Machines],
  ignores: (previous, next) => previous.spec === next.spec && previous.metadata.deletionTimestamp === next.metadata.deletionTimestamp,

  reconcile(name, context) {
    const pool = context.informer(NodePools).get(name);
    if (!pool || pool.metadata.deletionTimestamp !== undefined) return;
    const hash = hashOf(nodeTemplateOf(pool));
    const machines = [...context.informer(Machines).by(byOwner, pool.metadata.uid)];
    const members = machines.map((machine) => memberOf(machine, hash));
    const { replicas = 1, strategy: { maxSurge = 1, maxUnavailable = 0 } = {} } = pool.spec;
    const { add, remove } = planOf(members, { replicas, maxSurge, maxUnavailable });
    for (let i = 0; i < add; i++) create(pool, hash, context);
    for (const each of remove) {
      unlessGone(() => context.api.delete(Machines, { name: each }));
      context.event({ object: pool, type: 'Normal', reason: 'MachineRemoved', message: `Deleted machine: ${each}` });
    }
    tell(pool, members, context);
  },
});

const memberOf = ({ metadata: { name, labels, annotations, deletionTimestamp, creationTimestamp = '' }, status }: Machine, hash: string): Member => ({
  name, createdAt: creationTimestamp, updated: labels?.[hashLabel] === hash, ready: status?.ready ?? false, leaving: deletionTimestamp !== undefined,
  chosen: annotations?.[deleteAnnotation] !== undefined,
});

function create(pool: NodePool, hash: string, { api, event }: Context): void {
  const { name } = pool.metadata;
  const { metadata } = api.create(Machines, {
    metadata: { generateName: `${name}-`, labels: { [poolLabel]: name, [hashLabel]: hash }, ownerReferences: controlledBy(pool) }, spec: { template: nodeTemplateOf(pool) },
  });
  event({ object: pool, type: 'Normal', reason: 'MachineAdded', message: `Created machine: ${metadata.name}` });
}

function tell(pool: NodePool, members: readonly Member[], { api }: Context): void {
  const { name, generation } = pool.metadata;
  const status: NodePoolStatus = {
    ...(generation !== undefined && { observedGeneration: generation }), replicas: members.length, readyReplicas: members.filter(({ ready }) => ready).length,
    updatedReplicas: members.filter(({ updated, leaving }) => updated && !leaving).length, selector: `${poolLabel}=${name}`,
  };
  if (!equal(status, pool.status)) api.patch(NodePools, pool.metadata, { status }, 'merge', 'status');
}
