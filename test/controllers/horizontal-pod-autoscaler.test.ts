import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterScaling, nothingKnown, withinLimits, type Memory } from '../../src/controllers/horizontal-pod-autoscaler/limits';
import { groupPods, type PodGroups, type PodUsage } from '../../src/controllers/horizontal-pod-autoscaler/pod-groups';
import { proposal, type Target } from '../../src/controllers/horizontal-pod-autoscaler/replicas';
import { toleranceOf } from '../../src/controllers/horizontal-pod-autoscaler/tolerance';
import type { Pod } from '../../src/schema/types';

const now = Date.UTC(2026, 0, 1, 12);
const tolerance = toleranceOf(undefined);
const measured = (...values: readonly number[]): ReadonlyMap<string, PodUsage> => new Map(values.map((valueMilli, index) => [`pod-${index}`, { valueMilli, at: now, windowMs: 15_000 }]));
const groups = (ready: number, rest: Partial<PodGroups> = {}): PodGroups => ({ ready, unready: new Set(), missing: new Set(), ignored: new Set(), ...rest });
const percent = (of: number, pods = 10, requestMilli = 1_000): Target =>
  ({ kind: 'utilization', percent: of, requestsMilli: new Map(Array.from({ length: pods }, (_, index) => [`pod-${index}`, requestMilli])) });

describe('how many replicas a metric asks for', () => {
  test('as many more as usage is above its target, rounded up', () => {
    expect(proposal(3, measured(300, 500, 700), groups(3), percent(30), tolerance)).toEqual({ replicas: 5, averageMilli: 500, utilization: 50 });
    expect(proposal(3, measured(100, 300, 500), groups(3), percent(100), tolerance)).toMatchObject({ replicas: 1, utilization: 30 });
  });

  test('within the tolerance nothing changes; it can differ by direction', () => {
    expect(proposal(3, measured(330, 330, 330), groups(3), percent(30), tolerance)).toMatchObject({ replicas: 3 });
    expect(proposal(3, measured(330, 330, 330), groups(3), percent(30), toleranceOf({ scaleUp: { tolerance: '0.05' } }))).toMatchObject({ replicas: 4 });
    expect(proposal(3, measured(270, 270, 270), groups(3), percent(30), toleranceOf({ scaleUp: { tolerance: '0.05' } }))).toMatchObject({ replicas: 3 });
  });

  test('pods without metrics use nothing when there are to be more, and all they asked for when there are to be fewer', () => {
    const missing = groups(2, { missing: new Set(['pod-2']) });
    expect(proposal(3, measured(1_000, 900), missing, percent(50), tolerance)).toMatchObject({ replicas: 4, utilization: 95 });
    expect(proposal(3, measured(100, 100), missing, percent(90), tolerance)).toMatchObject({ replicas: 2 });
  });

  test('pods that are not ready use nothing when there are to be more, and do not count otherwise', () => {
    const unready = groups(1, { unready: new Set(['pod-0', 'pod-2']) });
    expect(proposal(3, measured(100, 500, 700), unready, percent(30), tolerance)).toMatchObject({ replicas: 3, utilization: 50 });
    expect(proposal(2, measured(100, 500), groups(1, { unready: new Set(['pod-0']) }), percent(100), tolerance)).toMatchObject({ replicas: 1 });
  });

  test('a change that the assumptions would turn round is none', () => {
    expect(proposal(2, measured(600), groups(1, { missing: new Set(['pod-1']) }), percent(50, 2), tolerance)).toMatchObject({ replicas: 2 });
  });

  test('what is told of an average value needs no requests', () => {
    expect(proposal(3, measured(300, 500, 700), groups(3), { kind: 'average', valueMilli: 250 }, tolerance)).toEqual({ replicas: 6, averageMilli: 500 });
  });
});

describe('what may be made of a pod', () => {
  const pod = (name: string, ready: 'True' | 'False' | undefined, startedMsAgo: number, turnedMsAgo: number, phase = 'Running', rest: object = {}): Pod => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name, ...rest }, spec: { containers: [] },
    status: { phase, startTime: new Date(now - startedMsAgo).toISOString(),
      ...(ready && { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: new Date(now - turnedMsAgo).toISOString() }] }) },
  } as unknown as Pod);   // as much of a pod as is looked at
  const grouped = (each: Pod, resource = 'cpu', at = now) => {
    const { ready, ...sets } = groupPods([each], new Map([[each.metadata.name, { valueMilli: 1, at, windowMs: 15_000 }]]), resource, now);
    return ready > 0 ? 'ready' : Object.entries(sets).find(([, set]) => set.size > 0)?.[0];
  };

  test('by its phase, its readiness and how long ago it started', () => {
    expect(grouped(pod('a', 'True', 600_000, 500_000))).toBe('ready');
    expect(grouped(pod('a', 'True', 600_000, 500_000, 'Failed'))).toBe('ignored');
    expect(grouped(pod('a', 'True', 600_000, 500_000, 'Running', { deletionTimestamp: 'now' }))).toBe('ignored');
    expect(grouped(pod('a', undefined, 600_000, 0, 'Pending'))).toBe('unready');
    expect(grouped(pod('a', undefined, 600_000, 0))).toBe('unready');
    expect(grouped(pod('a', 'False', 100_000, 90_000))).toBe('unready');
    expect(grouped(pod('a', 'False', 100_000, 90_000), 'memory')).toBe('ready');
    expect(grouped(pod('a', 'True', 60_000, 10_000))).toBe('unready');             // no whole window since it is ready
    expect(grouped(pod('a', 'False', 400_000, 390_000))).toBe('unready');          // has never been ready
    expect(grouped(pod('a', 'False', 400_000, 100_000))).toBe('ready');            // was ready once
    expect([...groupPods([pod('b', 'True', 600_000, 500_000)], new Map(), 'cpu', now).missing]).toEqual(['b']);
  });
});

describe('limits', () => {
  const spec = { minReplicas: 1, maxReplicas: 100 };
  const reasons = ({ replicas, stabilized, limited }: ReturnType<typeof withinLimits>) => [replicas, stabilized?.reason, limited.status, limited.reason];

  test('without a behavior: twice as many or four at once, and down no further than what was wanted within five minutes', () => {
    expect(reasons(withinLimits(spec, 1, 50, nothingKnown, now))).toEqual([4, undefined, 'True', 'ScaleUpLimit']);
    expect(reasons(withinLimits(spec, 10, 50, nothingKnown, now))).toEqual([20, undefined, 'True', 'ScaleUpLimit']);
    expect(reasons(withinLimits({ ...spec, maxReplicas: 15 }, 10, 50, nothingKnown, now))).toEqual([15, undefined, 'True', 'TooManyReplicas']);
    expect(reasons(withinLimits({ ...spec, minReplicas: 3 }, 10, 1, nothingKnown, now))).toEqual([3, undefined, 'True', 'TooFewReplicas']);
    const memory = { ...nothingKnown, recommendations: [{ at: now - 299_000, replicas: 8 }, { at: now - 301_000, replicas: 12 }] };
    expect(reasons(withinLimits(spec, 10, 2, memory, now))).toEqual([8, 'ScaleDownStabilized', 'False', 'DesiredWithinRange']);
  });

  test('with one: policies, the better or the worse of them, or none', () => {
    const policies = [{ type: 'Pods', value: 2, periodSeconds: 60 }, { type: 'Percent', value: 50, periodSeconds: 60 }];
    const up = (selectPolicy: string) => ({ ...spec,
      behavior: { scaleUp: { stabilizationWindowSeconds: 0, selectPolicy, policies }, scaleDown: { stabilizationWindowSeconds: 0, selectPolicy, policies } } });
    expect(reasons(withinLimits(up('Max'), 10, 50, nothingKnown, now))).toEqual([15, undefined, 'True', 'ScaleUpLimit']);
    expect(reasons(withinLimits(up('Min'), 10, 50, nothingKnown, now))).toEqual([12, undefined, 'True', 'ScaleUpLimit']);
    expect(reasons(withinLimits(up('Disabled'), 10, 50, nothingKnown, now))).toEqual([10, undefined, 'True', 'ScaleUpLimit']);
    expect(reasons(withinLimits(up('Max'), 10, 1, nothingKnown, now))).toEqual([5, undefined, 'True', 'ScaleDownLimit']);
    expect(reasons(withinLimits(up('Min'), 10, 1, nothingKnown, now))).toEqual([8, undefined, 'True', 'ScaleDownLimit']);
    const changed = afterScaling(nothingKnown, up('Max').behavior, 10, 15, now - 30_000);
    expect(reasons(withinLimits(up('Max'), 15, 50, changed, now))).toEqual([15, undefined, 'True', 'ScaleUpLimit']);
    expect(reasons(withinLimits(up('Max'), 15, 50, changed, now + 31_000))).toEqual([23, undefined, 'True', 'ScaleUpLimit']);
  });

  test('a window steadies in its own direction', () => {
    const policies = [{ type: 'Percent', value: 1000, periodSeconds: 15 }];
    const behavior = { scaleUp: { stabilizationWindowSeconds: 60, selectPolicy: 'Max', policies },
      scaleDown: { stabilizationWindowSeconds: 120, selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] } };
    const memory = { ...nothingKnown, recommendations: [{ at: now - 30_000, replicas: 12 }, { at: now - 100_000, replicas: 9 }] };
    expect(reasons(withinLimits({ ...spec, behavior }, 10, 30, memory, now))).toEqual([12, 'ScaleUpStabilized', 'False', 'DesiredWithinRange']);
    expect(reasons(withinLimits({ ...spec, behavior }, 10, 2, memory, now))).toEqual([10, 'ScaleDownStabilized', 'False', 'DesiredWithinRange']);
  });

  test('whatever is wanted, bounds hold and no policy is overstepped', () => {
    const rules = fc.record({
      stabilizationWindowSeconds: fc.nat(600), selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
      policies: fc.array(fc.record({ type: fc.constantFrom('Pods', 'Percent'), value: fc.integer({ min: 1, max: 200 }),
        periodSeconds: fc.integer({ min: 1, max: 600 }) }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(fc.property(fc.option(fc.record({ scaleUp: rules, scaleDown: rules }), { nil: undefined }), fc.array(fc.nat(60), { minLength: 1, maxLength: 40 }), (behavior, wishes) => {
      const bounds = { minReplicas: 2, maxReplicas: 40, ...(behavior && { behavior }) };
      let memory: Memory = nothingKnown;
      let current = 5;
      wishes.forEach((wish, index) => {
        const at = now + index * 15_000;
        const { replicas, recommendations } = withinLimits(bounds, current, wish, memory, at);
        expect(replicas).toBeGreaterThanOrEqual(2);
        expect(replicas).toBeLessThanOrEqual(40);
        if (wish >= current) expect(replicas).toBeLessThanOrEqual(Math.max(wish, current, ...memory.recommendations.map((each) => each.replicas)));
        memory = { ...memory, recommendations };
        expect(recommendations.length).toBeLessThanOrEqual(42);
        if (replicas !== current) memory = afterScaling(memory, behavior, current, replicas, at);
        current = replicas;
      });
    }));
  });
});
