import { describe, expect, test } from 'vitest';
import { getCondition, isActive, isPodAvailable, isPodReady, isTerminal, setCondition } from '../../src/kinds/core/pod-conditions';
import { findUntolerated, sameToleration, tolerates } from '../../src/kinds/core/tolerations';
import type { PodCondition, PodStatus } from '../../src/schema/types';
import { pod } from './objects';

const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const ready = (status: string, second: number, reason?: string): PodCondition => ({ type: 'Ready', status, lastTransitionTime: at(second), ...(reason && { reason }) });

describe('setting a condition', () => {
  const before: PodStatus = { conditions: [ready('False', 1, 'A')] };
  test('keeps the time of the last transition while the status stays', () => {
    expect(setCondition(before, ready('False', 5, 'B')).conditions).toEqual([ready('False', 1, 'B')]);
    expect(setCondition(before, ready('True', 5)).conditions).toEqual([ready('True', 5)]);
  });
  test('that changes nothing gives back the same status', () => expect(setCondition(before, ready('False', 5, 'A'))).toBe(before));
  test('of a new type adds it', () => expect(getCondition(setCondition<PodCondition, PodStatus>({}, ready('True', 2)), 'Ready')).toEqual(ready('True', 2)));
});

test('a pod is available once it has been ready for long enough', () => {
  const since10 = pod({}, { conditions: [ready('True', 10)] });
  expect([isPodReady(since10), isPodReady(pod())]).toEqual([true, false]);
  expect([9, 14, 15].map((second) => isPodAvailable(since10, 5, Date.parse(at(second))))).toEqual([false, false, true]);
  expect(isPodAvailable(since10, 0, Date.parse(at(0)))).toBe(true);
});

test('what is over or being deleted is not active', () => {
  expect(['Pending', 'Running', 'Succeeded', 'Failed'].map((phase) => isTerminal(pod({}, { phase })))).toEqual([false, false, true, true]);
  expect(isActive(pod({}, { phase: 'Running' }, { deletionTimestamp: at(1) }))).toBe(false);
});

describe('tolerations', () => {
  const taint = { key: 'k', value: 'v', effect: 'NoSchedule' };
  test.each([
    [{ operator: 'Exists' }, true], [{ key: 'k', operator: 'Exists' }, true], [{ key: 'x', operator: 'Exists' }, false],
    [{ key: 'k', value: 'v' }, true], [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' }, true],
    [{ key: 'k', value: 'w' }, false], [{ key: 'k', value: 'v', effect: 'NoExecute' }, false], [{ key: 'k', operator: 'Lt', value: 'v' }, false],
  ])('%o bears the taint: %s', (toleration, expected) => expect(tolerates(toleration, taint)).toBe(expected));
  test('only taints of the asked effects count', () => {
    expect(findUntolerated([taint], [], ['NoExecute'])).toBeUndefined();
    expect(findUntolerated([taint], [{ key: 'x', operator: 'Exists' }], ['NoSchedule'])).toBe(taint);
  });
  test('an absent operator means Equal', () => expect(sameToleration({ key: 'a' }, { key: 'a', operator: 'Equal', tolerationSeconds: 5 })).toBe(true));
});
