import type { Plugin } from '../framework';

/** Higher priority first, then the one that waits longer. */
export const prioritySort: Plugin = {
  name: 'PrioritySort',
  queueSort: (a, b) => {
    const difference = (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0);
    return difference > 0 || (difference === 0 && a.queuedAt < b.queuedAt);
  },
};
