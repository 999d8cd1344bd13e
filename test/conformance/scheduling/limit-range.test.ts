import { describe, expect } from 'vitest';
import { LimitRanges } from '../../../src/kinds/core/limitrange';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import type { LimitRange, ResourceRequirements } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { refusal, startConformance } from '../framework';
import { pauseImage } from './support';

const amounts = (cpu: string, memory: string, storage: string) => ({ ...(cpu && { cpu }), ...(memory && { memory }), ...(storage && { 'ephemeral-storage': storage }) });
const newMin = amounts('9m', '49Mi', '49Gi');
const limits = [{
  type: 'Container', min: amounts('50m', '100Mi', '100Gi'), max: amounts('500m', '500Mi', '500Gi'),
  default: amounts('500m', '500Mi', '500Gi'), defaultRequest: amounts('100m', '200Mi', '200Gi'), maxLimitRequestRatio: {},
}];
const [only] = limits;

describe('LimitRange', () => {
  behaviour('scheduling-001', () => {
    const { api, namespace, until } = startConformance();
    const pod = (name: string, resources: ResourceRequirements): ResourceRequirements | undefined =>
      api.create(Pods, { metadata: { name, namespace }, spec: { containers: [{ name: 'pause', image: pauseImage, resources }] } }).spec.containers[0]?.resources;
    const watched = api.watch(LimitRanges, namespace, { labelSelector: 'time=now' });
    const made: LimitRange = api.create(LimitRanges, { metadata: { name: 'limit-range', namespace, labels: { time: 'now' } }, spec: { limits } });
    until('its creation is seen', () => watched.events.some(({ type }) => type === 'ADDED'));
    expect(api.get(LimitRanges, made.metadata).spec?.limits[0]).toMatchObject({ default: only?.default, defaultRequest: only?.defaultRequest });
    expect(pod('pod-no-resources', {})).toEqual({ requests: only?.defaultRequest, limits: only?.default });
    expect(pod('pod-partial-resources', { requests: amounts('', '150Mi', '150Gi'), limits: amounts('300m', '', '') }))
      .toEqual({ requests: amounts('300m', '150Mi', '150Gi'), limits: amounts('300m', '500Mi', '500Gi') });
    expect(refusal(() => pod('limit-range', { requests: amounts('10m', '50Mi', '50Gi') })).code).toBe(403);
    expect(refusal(() => pod('limit-range', { requests: amounts('600m', '600Mi', '600Gi') })).code).toBe(422);   // more than the default limit, which it gets
    api.update(LimitRanges, { ...made, spec: { limits: limits.map((each) => ({ ...each, min: newMin })) } });
    pod('limit-range', { requests: amounts('10m', '50Mi', '50Gi') });
    expect(refusal(() => pod('limit-range-2', { requests: amounts('600m', '600Mi', '600Gi') })).code).toBe(422);
    api.delete(LimitRanges, made.metadata);
    until('it is gone', () => api.list(LimitRanges, namespace).items.length === 0);
    pod('limit-range-2', { requests: amounts('600m', '600Mi', '600Gi') });
    watched.subscription.unsubscribe();
  });

  behaviour('scheduling-002', () => {
    const { api, namespace } = startConformance();
    const name = 'e2e-limitrange';
    const draft = (where: string) => ({ metadata: { name, namespace: where, labels: { 'e2e-test': name, [name]: 'created' } }, spec: { limits } });
    api.create(LimitRanges, draft(namespace));
    api.create(Namespaces, { metadata: { name }, spec: {} });
    api.create(LimitRanges, draft(name));
    const everywhere = (): number => api.list(LimitRanges, undefined, { labelSelector: `e2e-test=${name}` }).items.length;
    expect(everywhere()).toBe(2);
    const patched = api.patch(LimitRanges, { namespace, name }, { metadata: { labels: { [name]: 'patched' } }, spec: { limits: limits.map((each) => ({ ...each, min: newMin })) } });
    expect([patched.metadata.labels?.[name], patched.spec?.limits[0]?.min]).toEqual(['patched', newMin]);
    api.deleteCollection(LimitRanges, namespace, { labelSelector: `${name}=patched` });
    expect(api.list(LimitRanges, namespace, { labelSelector: `${name}=patched` }).items).toEqual([]);
    expect(everywhere()).toBe(1);
  });
});
