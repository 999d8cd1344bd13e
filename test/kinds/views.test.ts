import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OldHorizontalPodAutoscalers } from '../../src/kinds/autoscaling/horizontalpodautoscaler-v1';
import { HorizontalPodAutoscalers } from '../../src/kinds/autoscaling/horizontalpodautoscaler';
import { Events } from '../../src/kinds/core/event';
import { NewEvents } from '../../src/kinds/events/event';
import { startServer, refusal } from '../apiserver/start';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const annotation = (name: string) => `autoscaling.alpha.kubernetes.io/${name}`;

describe('autoscaling/v1 over autoscaling/v2', () => {
  const { client } = startServer();
  const create = (name: string, spec: object) => client.create(HorizontalPodAutoscalers, { metadata: { name, namespace: 'default' }, spec: { scaleTargetRef, maxReplicas: 5, ...spec } } as never);
  const old = (name: string) => client.get(OldHorizontalPodAutoscalers, { namespace: 'default', name });

  test('one target for CPU is a field; what else there is, is in annotations', () => {
    create('both', {
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '100' } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 5 } },
    });
    const { spec, metadata } = old('both');
    expect(spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 50 });
    expect(metadata.annotations?.[annotation('metrics')]).toBe('[{"type":"Pods","pods":{"metricName":"rps","targetAverageValue":"100"}}]');
    expect(metadata.annotations?.[annotation('behavior')]).toContain('"ScaleDown":{"StabilizationWindowSeconds":5,"SelectPolicy":"Max"');
  });

  test('an update through v1 keeps what v1 cannot say', () => {
    const before = client.get(HorizontalPodAutoscalers, { namespace: 'default', name: 'both' });
    const view = old('both');
    client.update(OldHorizontalPodAutoscalers, { ...view, spec: { ...view.spec, maxReplicas: 9 } });
    const now = client.get(HorizontalPodAutoscalers, { namespace: 'default', name: 'both' });
    expect(now.spec).toEqual({ ...before.spec, maxReplicas: 9 });
    expect(now.metadata.annotations).toBeUndefined();
  });

  test('without a target it is 80 percent of CPU, as in v2', () => {
    const made = client.create(OldHorizontalPodAutoscalers, { metadata: { name: 'bare', namespace: 'default' }, spec: { scaleTargetRef, maxReplicas: 2 } });
    expect(made.spec.targetCPUUtilizationPercentage).toBe(80);
    expect(client.get(HorizontalPodAutoscalers, { namespace: 'default', name: 'bare' }).spec.metrics)
      .toEqual([{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }]);
  });

  test('the rules are those of v2', () => {
    const { message } = refusal(() => client.create(OldHorizontalPodAutoscalers, { metadata: { name: 'bad', namespace: 'default' }, spec: { scaleTargetRef, maxReplicas: 0 } }));
    expect(message).toContain('spec.maxReplicas: Required value: must be set and greater than 0');
  });

  const resource = fc.record({ name: fc.constantFrom('cpu', 'memory'), target: fc.oneof(
    fc.record({ type: fc.constant('Utilization'), averageUtilization: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ type: fc.constant('AverageValue'), averageValue: fc.constantFrom('1', '200m', '1Gi') }),
  ) }).map((each) => ({ type: 'Resource', resource: each }));
  const metric = fc.record({ name: fc.constantFrom('rps', 'queue') });
  const pods = metric.map((each) => ({ type: 'Pods', pods: { metric: each, target: { type: 'AverageValue', averageValue: '5' } } }));
  const external = fc.record({ metric, target: fc.constantFrom({ type: 'Value', value: '7' }, { type: 'AverageValue', averageValue: '7' }) }).map((each) => ({ type: 'External', external: each }));
  const object = metric.map((each) => ({ type: 'Object', object: { describedObject: scaleTargetRef, metric: each, target: { type: 'Value', value: '9' } } }));

  test('there and back is the same autoscaler, whatever its metrics', () => {
    const { fromStored, toStored } = OldHorizontalPodAutoscalers.stored ?? expect.fail();
    const base = client.get(HorizontalPodAutoscalers, { namespace: 'default', name: 'bare' });
    fc.assert(fc.property(fc.array(fc.oneof(pods, external, object, resource), { minLength: 1, maxLength: 4 }), (metrics) => {
      // The one CPU target that has a field of its own comes first on the way back.
      const isField = (each: (typeof metrics)[number]) => 'resource' in each && each.resource.name === 'cpu' && 'averageUtilization' in each.resource.target;
      fc.pre(metrics.filter((each) => 'resource' in each && each.resource.name === 'cpu').length <= 1);
      const ordered = [...metrics.filter(isField), ...metrics.filter((each) => !isField(each))];
      const stored = { ...base, spec: { ...base.spec, metrics: ordered } };
      expect(toStored(fromStored(stored))).toEqual(stored);
    }));
  });
});

describe('events of either group', () => {
  const { client, clock } = startServer();
  const event = {
    metadata: { name: 'e', namespace: 'default' }, regarding: { kind: 'Pod', name: 'p', namespace: 'default' }, reason: 'R', note: 'n', action: 'A', type: 'Normal',
    eventTime: '2026-01-01T00:00:00.000000Z', reportingController: 'c', reportingInstance: 'i',
  };

  test('are one object by two sets of names', () => {
    client.create(NewEvents, event);
    expect(client.get(Events, { namespace: 'default', name: 'e' })).toMatchObject({
      involvedObject: event.regarding, message: 'n', reportingComponent: 'c', reportingInstance: 'i', source: {}, firstTimestamp: null, lastTimestamp: null,
    });
    client.create(Events, { metadata: { name: 'f', namespace: 'default' }, involvedObject: event.regarding, message: 'm', source: { component: 's' }, count: 3 });
    expect(client.get(NewEvents, { namespace: 'default', name: 'f' })).toMatchObject({ regarding: event.regarding, note: 'm', deprecatedSource: { component: 's' }, deprecatedCount: 3 });
  });

  test('are watched in both, whoever wrote them', () => {
    const seen: unknown[] = [];
    client.watch(NewEvents, { namespace: 'default', since: '0' }).subscribe(({ object }) => seen.push('note' in object && object.note));
    client.create(Events, { metadata: { name: 'g', namespace: 'default' }, involvedObject: event.regarding, message: 'live' });
    clock.advanceBy(1);
    expect(seen).toContain('live');
  });

  test.each([
    ['deprecatedCount is not for new ones', { deprecatedCount: 2 }, 'count: Invalid value: "": needs to be unset'],
    ['there are two types', { type: 'Odd' }, 'type: Invalid value: "": has invalid value: Odd'],
    ['somebody reports it', { reportingController: '' }, 'reportingController: Required value'],
    ['a series is more than one', { series: { count: 1, lastObservedTime: event.eventTime } }, 'series.count: Invalid value: "": should be at least 2'],
    ['it is about something in its namespace', { regarding: { kind: 'Pod', name: 'p' }, metadata: { name: 'h', namespace: 'kube-public' } },
      'involvedObject.namespace: Invalid value: "": does not match event.namespace'],
  ])('%s', (_name, change, expected) => {
    expect(refusal(() => client.create(NewEvents, { ...event, metadata: { name: 'h', namespace: 'default' }, ...change })).message).toContain(expected);
  });

  test('only the series of a new event goes on', () => {
    const made = client.get(NewEvents, { namespace: 'default', name: 'e' });
    expect(client.update(NewEvents, { ...made, series: { count: 2, lastObservedTime: event.eventTime } }).series?.count).toBe(2);
    const now = client.get(NewEvents, { namespace: 'default', name: 'e' });
    expect(refusal(() => client.update(NewEvents, { ...now, note: 'other' })).message).toContain('message: Invalid value: "other": field is immutable');
  });
});
