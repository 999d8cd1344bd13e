import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/api/types';
import { owned, ownersOf, Ownership, type Writer } from '../../../src/apiserver/ownership/record';
import { writeOwners } from '../../../src/apiserver/ownership/owners';
import { Pods } from '../../../src/kinds/core/pod';
import { equal } from '../../../src/lib/equality';
import { startServer } from '../start';

const { kinds } = startServer().server;
const writers: readonly Writer[] = [{ manager: 'kubelet', kind: Pods, subresource: 'status' }, { manager: 'other', kind: Pods, subresource: 'status' }];

const one = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const some = (key: string, names: readonly string[], value: fc.Arbitrary<object>): fc.Arbitrary<object[]> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), { selector: ([name]) => name, maxLength: 3 }).map((items) => items.map(([name, rest]) => ({ [key]: name, ...rest })));
const flag = fc.constantFrom('True', 'False');
const statuses = fc.record({
  phase: one(fc.constantFrom('Pending', 'Running')), message: one(fc.constantFrom('a', 'b', '')),
  conditions: one(some('type', ['Ready', 'Initialized', 'Mine'], fc.record({ status: flag, reason: flag }, { requiredKeys: ['status'] }))),
  podIPs: one(some('ip', ['10.0.0.1', '10.0.0.2'], fc.constant({}))),
  containerStatuses: one(some('name', ['a', 'b'], fc.record({ ready: fc.boolean(), state: fc.constantFrom({}, { running: { startedAt: 'x' } }, { waiting: {} }) }))),
}).map((status): object => Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined)));
const steps = fc.array(fc.record({ status: statuses, by: fc.integer({ min: 0, max: 9 }).map((number) => (number < 8 ? 0 : 1)) }), { minLength: 1, maxLength: 8 });

test('writes that are noted as one own what they own noted one by one', () => {
  let joined = 0;
  fc.assert(fc.property(steps, (all) => {
    const at = (version: number, status: object): KubeObject =>
      ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', uid: 'u', creationTimestamp: 't', resourceVersion: String(version) }, status } as KubeObject);
    let object = at(0, {});
    const maker: Writer = { manager: 'maker', kind: Pods, subresource: '' };
    let oneByOne = Ownership.written(maker, 0, object);
    let together = Ownership.created(maker, 0);
    for (const [i, { status, by }] of all.entries()) {
      const next = at(i + 1, status);
      const writer = writers[by] as Writer;
      if (equal({ ...object, metadata: 0 }, { ...next, metadata: 0 })) continue;   // nothing is written
      oneByOne = Ownership.written(writer, i * 1_000, next, object, oneByOne);
      const continued = together.continued(writer, i * 1_000, object, next);
      if (continued) joined++;
      together = continued ?? Ownership.written(writer, i * 1_000, undefined, object, together);
      object = next;
    }
    const expected = writeOwners(oneByOne.owners(kinds, object));
    expect(writeOwners(ownersOf(kinds, owned(object, together)))).toEqual(expected);
  }), { numRuns: 1_000 });
  expect(joined).toBeGreaterThan(100);
});
