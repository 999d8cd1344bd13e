import type { Kind } from '../define';
import type { Amounts } from './amounts';
import type { Evaluator } from './types';

/** Kinds that could be counted before all kinds could, under their plain name too. */
const legacyNames: ReadonlySet<string> = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas']);

/** `count/deployments.apps`, `count/pods`. */
export const countName = ({ resource }: Pick<Kind, 'resource'>): string => `count/${resource}`;

/** Counts objects, whatever they are: custom resources too. */
export function objectCount(kind: Pick<Kind, 'resource'>): Evaluator {
  const names = [countName(kind), ...(legacyNames.has(kind.resource) ? [kind.resource] : [])];
  const one: Amounts = Object.fromEntries(names.map((name) => [name, '1']));
  return {
    handles: ({ operation, subresource }) => operation === 'create' && !subresource,
    matching: (asked) => [...asked].filter((name) => Object.hasOwn(one, name)),
    usage: () => one,
  };
}
