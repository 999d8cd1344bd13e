import fc from 'fast-check';
import { initialTransition, transition } from 'xstate';
import { describe, expect, test } from 'vitest';
import { containerEvents, containerShapes, containerWalk } from '../../src/kubelet/container-life';
import { containerMachine, type ContainerEvent } from '../../src/kubelet/container-machine';
import { podEvents, podShape, podWalk } from '../../src/kubelet/pod-life';
import { podMachine, type PodEvent } from '../../src/kubelet/pod-machine';
import { Walk } from '../../src/kubelet/moments';

/** Everything an observer could tell apart in XState's own answer. */
const named = (actions: readonly { readonly type: string }[]) => actions.map(({ type }) => type).filter((type) => !type.startsWith('xstate.'));
const timeouts = (actions: readonly { readonly params?: unknown }[]) =>
  actions.flatMap(({ params }) => (typeof params === 'object' && params && 'delay' in params ? [params.delay] : []));

describe('shared moments are what XState would say each time', () => {
  const allContainerEvents = Object.values(containerEvents);

  test('of a container', () => {
    fc.assert(fc.property(fc.constantFrom(...containerShapes), fc.array(fc.nat({ max: allContainerEvents.length })), (shape, picks) => {
      let [snapshot, actions] = initialTransition(containerMachine, shape);
      let step = containerWalk.begin(shape);
      for (const pick of [-1, ...picks]) {
        if (pick >= 0) {
          // The last number stands for the passing of the state's own time.
          const event = allContainerEvents[pick] ?? step.to.timeout?.event;
          if (!event || step.to.done) continue;
          [snapshot, actions] = transition(containerMachine, containerMachine.resolveState({ value: snapshot.value, context: snapshot.context }), event as ContainerEvent);
          step = containerWalk.next(step.to, event);
        }
        expect(step.to.value).toEqual(snapshot.value);
        expect(step.to.context).toEqual(snapshot.context);
        expect(step.to.done).toBe(snapshot.status === 'done');
        expect(step.effects).toEqual(named(actions));
        for (const delay of timeouts(actions)) expect(step.to.timeout?.afterMs).toBe(delay);
      }
    }), { numRuns: 300 });
  });

  test('of a pod', () => {
    const all = Object.values(podEvents);
    fc.assert(fc.property(fc.nat({ max: 3 }), fc.array(fc.nat({ max: all.length })), (inits, picks) => {
      let [snapshot, actions] = initialTransition(podMachine, podShape(inits));
      let step = podWalk.begin(podShape(inits));
      for (const pick of picks) {
        const event = all[pick] ?? step.to.timeout?.event;
        if (!event || step.to.done) continue;
        [snapshot, actions] = transition(podMachine, podMachine.resolveState({ value: snapshot.value, context: snapshot.context }), event as PodEvent);
        step = podWalk.next(step.to, event);
        expect(step.to.value).toEqual(snapshot.value);
        expect(step.to.context).toEqual(snapshot.context);
        expect(step.effects).toEqual(named(actions));
      }
    }), { numRuns: 200 });
  });

  test('and there are few of them', () => {
    const walk = new Walk(containerMachine);
    const [shape] = containerShapes;
    if (!shape) throw new Error('no shape');
    for (let life = 0; life < 3; life++) {
      let { to } = walk.begin(shape);
      to = walk.next(to, containerEvents.begin).to;
      for (let crash = 0; crash < 100; crash++) {
        for (const event of [containerEvents.pulled, containerEvents.created, containerEvents.crashed]) to = walk.next(to, event).to;
        while (to.timeout) to = walk.next(to, to.timeout.event).to;
      }
    }
    expect(walk.size).toBeLessThan(50);
  });
});

describe('the back-off of a crash loop', () => {
  const crashLoop = (exit: ContainerEvent, times: number): number[] => {
    const [shape] = containerShapes;
    if (!shape) throw new Error('no shape');
    let { to } = containerWalk.begin(shape);
    to = containerWalk.next(to, containerEvents.begin).to;
    return Array.from({ length: times }, () => {
      for (const event of [containerEvents.pulled, containerEvents.created, exit]) to = containerWalk.next(to, event).to;
      let waitedMs = 0;
      while (to.timeout) { waitedMs += to.timeout.afterMs; to = containerWalk.next(to, to.timeout.event).to; }
      return waitedMs / 1_000;
    });
  };

  test('is 0, 10, 20, 40, 80, 160, then 300 seconds', () => expect(crashLoop(containerEvents.crashed, 9)).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]));
  test('is forgotten by a container that ran for more than ten minutes', () => expect(crashLoop(containerEvents.crashedLate, 4)).toEqual([0, 0, 0, 0]));
});
