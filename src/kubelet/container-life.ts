import { containerMachine, type ContainerContext, type ContainerEvent, type ContainerShape } from './container-machine';
import { Walk, type Moment } from './moments';

export type ContainerMoment = Moment<ContainerContext, ContainerEvent>;

/** All shapes there are, so that each is one object. */
export const containerShapes: readonly ContainerShape[] = Array.from({ length: 16 }, (_, bits) => ({
  postStart: (bits & 1) > 0, preStop: (bits & 2) > 0, startupProbe: (bits & 4) > 0, readinessProbe: (bits & 8) > 0,
}));

export function containerShape(postStart: boolean, preStop: boolean, startupProbe: boolean, readinessProbe: boolean): ContainerShape {
  const shape = containerShapes[Number(postStart) + 2 * Number(preStop) + 4 * Number(startupProbe) + 8 * Number(readinessProbe)];
  if (!shape) throw new Error('no such shape');
  return shape;
}

const simple = <T extends Exclude<ContainerEvent['type'], 'exit'>>(type: T): ContainerEvent => ({ type });

/** Every event is one object: steps are remembered by it. */
export const containerEvents = {
  begin: simple('begin'), pulled: simple('pulled'), pullFailed: simple('pullFailed'), neverPulled: simple('neverPulled'), badName: simple('badName'),
  created: simple('created'), configError: simple('configError'), createError: simple('createError'),
  hookDone: simple('hookDone'), hookFailed: simple('hookFailed'),
  startupPassed: simple('startupPassed'), becameReady: simple('becameReady'), becameUnready: simple('becameUnready'),
  fail: simple('fail'), stop: simple('stop'), deadline: simple('deadline'),
  ended: { type: 'exit', restart: false, long: false },
  crashed: { type: 'exit', restart: true, long: false },
  crashedLate: { type: 'exit', restart: true, long: true },
} as const satisfies Record<string, ContainerEvent>;

export const containerWalk = new Walk(containerMachine);
