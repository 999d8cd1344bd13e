import type { Pod } from '../schema/types';
import type { IndexBy } from './index-by';

/** Pods by the node they are bound to. */
export const byNode: IndexBy<Pod> = { name: 'node', of: ({ spec: { nodeName } }) => nodeName || undefined };
