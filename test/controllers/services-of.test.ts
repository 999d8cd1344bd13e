import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StatusError } from '../../src/api/status';
import { servicesOf } from '../../src/controllers/endpoints/pod-endpoint';
import { Services } from '../../src/kinds/core/service';
import { matches } from '../../src/lib/selectors';
import { startCaches } from '../runtime/cache';
import { makePod } from '../scheduler/objects';

const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'zone'), fc.constantFrom('a', 'b'), { maxKeys: 3 });
const change = fc.record({ name: fc.constantFrom('s1', 's2', 's3', 's4'), selector: fc.option(labels, { nil: undefined }) });

test('the services of a pod are found by its labels as if all were asked', () => {
  fc.assert(fc.property(fc.array(change, { maxLength: 12 }), labels, (changes, own) => {
    const { clock, client, informers } = startCaches();
    informers.of(Services);
    const pod = makePod('p');
    const labelled = { ...pod, metadata: { ...pod.metadata, labels: own } };
    for (const { name, selector } of changes) {
      try {
        if (selector === undefined) client.delete(Services, { namespace: 'default', name });
        else if (client.list(Services).items.some(({ metadata }) => metadata.name === name))
          client.patch(Services, { namespace: 'default', name }, [{ op: 'add', path: '/spec/selector', value: selector }], 'json');
        else client.create(Services, { metadata: { namespace: 'default', name }, spec: { ports: [{ port: 80 }], selector } });
      } catch (error) { if (!StatusError.is(error, 'NotFound')) throw error; }
      clock.advanceBy(1);
      const all = client.list(Services).items.filter(({ spec }) => spec.selector && Object.keys(spec.selector).length > 0 && matches({ matchLabels: spec.selector }, own));
      expect([...servicesOf(labelled, informers)].sort()).toEqual(all.map(({ metadata }) => `default/${metadata.name}`).sort());
    }
  }), { numRuns: 60 });
});
