import { describe, expect, test } from 'vitest';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Events } from '../../src/kinds/core/event';
import { EventRecorder, type EventDraft } from '../../src/runtime/event-recorder';
import { startCaches } from './cache';

function open() {
  const { clock, client } = startCaches();
  const object = client.create(ConfigMaps, { metadata: { name: 'thing', namespace: 'default' } });
  const recorder = new EventRecorder(client, Events, () => clock.now());
  const record = (message: string, rest: Partial<EventDraft> = {}) =>
    recorder.record({ object, type: 'Normal', reason: 'Tested', message, component: 'tester', ...rest });
  return { clock, client, object, record, events: () => client.list(Events).items };
}

describe('the event recorder', () => {
  test('writes an event about an object', () => {
    const { object, record, events } = open();
    record('It happened', { host: 'node-1', fieldPath: 'spec.containers{web}' });
    const { uid, resourceVersion } = object.metadata;
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({
      involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'thing', uid, resourceVersion, fieldPath: 'spec.containers{web}' },
      type: 'Normal',
      reason: 'Tested',
      message: 'It happened',
      count: 1,
      source: { component: 'tester', host: 'node-1' },
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
    });
    expect(events()[0]?.metadata.name).toMatch(/^thing\.[0-9a-f]{16}$/);
  });

  test('counts the same event again instead of writing another', () => {
    const { clock, record, events } = open();
    for (let i = 0; i < 5; i++) {
      record('Again');
      clock.advanceBy(1_000);
    }
    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({ count: 5, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:04Z' });
  });

  test('two recorders may tell of one object at the same moment', () => {
    const { clock, client, object, record, events } = open();
    const other = new EventRecorder(client, Events, () => clock.now());
    record('One');
    other.record({ object, type: 'Normal', reason: 'Tested', message: 'Two', component: 'another' });
    expect(events().map(({ message }) => message).sort()).toEqual(['One', 'Two']);
  });

  test('begins anew when the event has expired', () => {
    const { client, record, events } = open();
    record('Again');
    client.delete(Events, events()[0]!.metadata);
    record('Again');
    expect(events().map(({ count }) => count)).toEqual([1]);
  });

  test('combines many that differ in nothing but the message', () => {
    const { record, events } = open();
    for (let i = 0; i < 20; i++) record(`Number ${i}`);
    const combined = events().filter(({ message }) => message?.startsWith('(combined from similar events): '));
    expect(combined).toHaveLength(1);
    expect(events().length).toBeLessThanOrEqual(11);
    expect(combined[0]?.message).toBe('(combined from similar events): Number 19');
  });

  test('drops a flood about one object, and lets one through every five minutes', () => {
    const { clock, record, events } = open();
    const written = () => events().reduce((sum, { count = 0 }) => sum + count, 0);
    for (let i = 0; i < 100; i++) record('Flood');
    expect(written()).toBe(25);
    clock.advanceBy(300_000);
    for (let i = 0; i < 100; i++) record('Flood');
    expect(written()).toBe(26);
  });

  test('never fails: an event that cannot be written is lost', () => {
    const { object, record, events } = open();
    record('Into the void', { object: { ...object, metadata: { ...object.metadata, namespace: 'no-such-namespace' } } });
    expect(events()).toEqual([]);
  });

  test('a rush loses what neither the client may write at once nor the queue holds: a thousand and thirty for a controller, each machine on its own', () => {
    const { clock, client, object, events } = open();
    const recorder = new EventRecorder(client, Events, () => clock.now());
    const rush = (count: number, host: string, tag: string) => {
      for (let i = 0; i < count; i++)
        recorder.record({ object: { ...object, metadata: { ...object.metadata, uid: `${tag}-${i}` } }, type: 'Normal', reason: 'Rush', message: 'x', component: 'tester', ...(host && { host }) });
    };
    rush(1_200, '', 'first');
    expect(events()).toHaveLength(1_030);
    rush(10, 'node-1', 'elsewhere');
    expect(events()).toHaveLength(1_040);
    clock.advanceBy(5_000);   // twenty a second are written meanwhile
    rush(200, '', 'second');
    expect(events()).toHaveLength(1_140);
  });
});
