import { Walk, type Moment } from './moments';
import { podMachine, type PodContext, type PodEvent, type PodShape } from './pod-machine';

export type PodMoment = Moment<PodContext, PodEvent>;

const shapes = new Map<number, PodShape>();
/** One object for each number of init containers. */
export function podShape(inits: number): PodShape {
  const shape = shapes.get(inits) ?? { inits };
  shapes.set(inits, shape);
  return shape;
}

const types = [
  'admitted', 'rejected', 'mounted', 'notMounted', 'retry', 'sandboxed', 'notSandboxed', 'initDone', 'initFailed',
  'completed', 'stop', 'mainStopped', 'sidecarStopped', 'allStopped',
] as const satisfies readonly PodEvent['type'][];
/** Every event is one object: steps are remembered by it. */
export const podEvents = Object.fromEntries(types.map((type) => [type, { type }])) as Readonly<Record<PodEvent['type'], PodEvent>>;

export const podWalk = new Walk(podMachine);
