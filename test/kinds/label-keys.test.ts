import { describe, expect, test } from 'vitest';
import { withLabelKeys } from '../../src/kinds/core/label-keys';
import { affinityRules, spreadRules } from '../../src/kinds/core/affinity-rules';
import type { Affinity, PodAffinityTerm, PodSpec, TopologySpreadConstraint } from '../../src/schema/types';

const specOf = (spec: Partial<PodSpec>): PodSpec => ({ containers: [], ...spec });
const term: PodAffinityTerm = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } }, matchLabelKeys: ['rev', 'absent'], mismatchLabelKeys: ['tenant'] };
const constraint: TopologySpreadConstraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, matchLabelKeys: ['rev'] };
const labels = { app: 'web', rev: '7', tenant: 'a' };

describe('label keys become part of the selector when a pod is created', () => {
  test('of affinity terms: In for keys to match, NotIn for those to mismatch, none for labels that the pod lacks', () => {
    const affinity: Affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: term }] } };
    const labelSelector = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'rev', operator: 'In', values: ['7'] }, { key: 'tenant', operator: 'NotIn', values: ['a'] }] };
    expect(withLabelKeys(specOf({ affinity }), labels).affinity).toEqual({
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, labelSelector }] },
      podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: { ...term, labelSelector } }] },
    });
  });

  test('of spread constraints', () => {
    expect(withLabelKeys(specOf({ topologySpreadConstraints: [constraint] }), labels).topologySpreadConstraints).toEqual([
      { ...constraint, labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'rev', operator: 'In', values: ['7'] }] } }]);
  });

  test('nothing is made of a selector that is not there, and a spec without keys stays the very same', () => {
    const { labelSelector: _none, ...bare } = constraint;
    expect(withLabelKeys(specOf({ topologySpreadConstraints: [bare] }), labels).topologySpreadConstraints).toEqual([bare]);
    const plain = specOf({ affinity: { podAffinity: {} } });
    expect(withLabelKeys(plain, labels)).toBe(plain);
  });

  test('pods of a template whose labels agree share the result', () => {
    const spec = specOf({ topologySpreadConstraints: [constraint] });
    expect(withLabelKeys(spec, { ...labels, other: 'x' })).toBe(withLabelKeys(spec, labels));
    expect(withLabelKeys(spec, { ...labels, rev: '8' })).not.toBe(withLabelKeys(spec, labels));
  });
});

describe('label keys are refused', () => {
  const refusals = (affinityTerm: PodAffinityTerm) => [...affinityRules({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [affinityTerm] } }, 'spec.affinity')]
    .map(({ field, detail }) => [field, detail]);
  const at = 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]';

  test.each<[string, PodAffinityTerm, readonly (readonly [string, string])[]]>([
    ['without a selector', { topologyKey: 'zone', matchLabelKeys: ['rev'] }, [[`${at}.matchLabelKeys`, 'must not be specified when labelSelector is not set']]],
    ['on both sides', { ...term, mismatchLabelKeys: ['rev'] }, [[`${at}.matchLabelKeys[0]`, 'exists in both matchLabelKeys and mismatchLabelKeys']]],
    ['that the selector had already', { ...term, labelSelector: { matchLabels: { rev: '7' }, matchExpressions: [{ key: 'rev', operator: 'In', values: ['7'] }] } },
      [[`${at}[0]`, 'exists in both matchLabelKeys and labelSelector']]],
    ['never, where they were merged', { ...term, labelSelector: { matchExpressions: [{ key: 'rev', operator: 'In', values: ['7'] }] } }, []],
  ])('%s', (_case, given, expected) => expect(refusals(given)).toEqual(expected));

  test('in spread constraints likewise', () => {
    const { labelSelector: _none, ...bare } = constraint;
    expect([...spreadRules([bare], 'c')].map(({ field, detail }) => [field, detail])).toEqual([['c[0].matchLabelKeys', 'must not be specified when labelSelector is not set']]);
  });
});
