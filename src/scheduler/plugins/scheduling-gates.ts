import type { Plugin } from '../framework';

/** Keeps pods with scheduling gates out of the queue. */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  preEnqueue: ({ spec: { schedulingGates: gates = [] } }) =>
    (gates.length === 0 ? undefined : `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`),
};
