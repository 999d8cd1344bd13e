import type { Node } from '../../schema/types';
import type { KubeObject } from '../../api/types';
import type { Admission } from './types';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;
const isNode = (object: KubeObject): object is Node => object.kind === 'Node';

/** A new node takes no pods until it has been seen ready. */
export const taintNodesByCondition: Admission = {
  name: 'TaintNodesByCondition',
  resources: ['nodes'],

  mutate(object, { operation, subresource }) {
    if (operation !== 'create' || subresource || !isNode(object)) return object;
    const taints = object.spec.taints ?? [];
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return object;
    return { ...object, spec: { ...object.spec, taints: [...taints, notReady] } };
  },
};
