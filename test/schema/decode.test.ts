import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../src/lib/freeze';
import { isObject, type JsonObject } from '../../src/lib/json';
import { applyStrategicMergePatch } from '../../src/lib/patches/strategic-merge-patch';
import { decode, DecodeError, emptyStruct } from '../../src/schema/decode';
import { mergeFactsOf } from '../../src/schema/facts';
import { messageOf, missing, posted, recorded, type Step } from './recorded';

const pod = 'io.k8s.api.core.v1.Pod';
const deployment = 'io.k8s.api.apps.v1.Deployment';

const handled = / cannot be handled as an? \w+: (json: cannot unmarshal|quantities must|unable to parse|illegal base64|strict decoding error: unknown field)/s;
const outcome = (definition: string, value: unknown, style?: 'json' | 'fields'): string => {
  try {
    const { problems } = decode(definition, deepFreeze(value), style);
    return problems.length > 0 ? `strict decoding error: ${problems.join(', ')}` : 'decoded';
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
};

describe('bodies that a real server could not decode', () => {
  const steps = recorded('validation').filter((step) => posted(step) && handled.test(messageOf(step)));
  test('are there', () => expect(steps.length).toBeGreaterThan(20));
  test.each(steps.map((step) => [step.title, step] as const))('%s', (_, step) => {
    const { object, definition } = posted(step) ?? { object: {}, definition: '' };
    expect(outcome(definition, object)).toBe(messageOf(step).replace(/^.*? cannot be handled as an? \w+: /s, ''));
  });
});

describe('bodies that a real server decoded', () => {
  const decoded = (step: Step) => !handled.test(messageOf(step)) && (step.response.code === 201 || step.response.code === 422) && !step.request.query?.includes('fieldValidation=Ignore');
  const steps = ['validation', 'defaulting', 'patch', 'delete'].flatMap(recorded).filter((step) => posted(step) && decoded(step));
  test('decode here too', () => {
    expect(steps.length).toBeGreaterThan(300);
    for (const step of steps) {
      const { object, definition } = posted(step) ?? { object: {}, definition: '' };
      const unknown = (step.response.warnings ?? []).filter((text) => text.includes('unknown field'));
      expect([step.title, outcome(definition, object)]).toEqual([step.title, unknown.length === 0 ? 'decoded' : expect.stringContaining('strict decoding error')]);
    }
  });
});

describe('the stored form', () => {
  /** What the server's strategies and defaults set or drop on purpose, which is not decoding. */
  const strategy = new RegExp(`^\\.(${[
    /spec\.matchingPrecedence/, /.*onPodConditions\[0\]\.status/, /metadata\.(creationTimestamp|generation|labels|managedFields)/, /status/,
    /spec\.(matchingPrecedence|podFailurePolicy\.rules\[\d+\]\.onPodConditions\[\d+\]\.status)/,
    /spec\.(drivers|volumes|clusterIPs?|tolerations|conversion|unschedulable|request|token)/, /stringData|data/,
  ].map(({ source }) => source).join('|')})`);
  const steps = recorded('defaulting').filter((step) => step.response.code === 201 && posted(step) && !step.request.path.endsWith('/binding'));
  test.each(steps.map((step) => [step.title, step] as const))('%s: what was decoded is what the server stored', (_, step) => {
    const { object, definition } = posted(step) ?? { object: {}, definition: '' };
    expect([...missing(decode(definition, object).value, step.response.body)].filter((path) => !strategy.test(path))).toEqual([]);
  });
  test('empty values that Go omits are gone, those that mean something stay', () => {
    const { value } = decode(pod, {
      metadata: { name: 'p', labels: {} },
      spec: {
        nodeName: '', hostNetwork: false, enableServiceLinks: false, volumes: [],
        containers: [{ name: 'c', args: [] }], dnsPolicy: null,
      },
    });
    expect(value).toEqual({ metadata: { name: 'p' }, spec: { enableServiceLinks: false, containers: [{ name: 'c', resources: {} }] }, status: {} });
  });
  test('what Go always writes is there, with its zero value', () => {
    const { value } = decode('io.k8s.api.core.v1.Event', { metadata: { name: 'e' }, involvedObject: {} });
    expect(value).toEqual({
      metadata: { name: 'e' }, involvedObject: {}, source: {}, firstTimestamp: null, lastTimestamp: null, eventTime: null, reportingComponent: '', reportingInstance: '',
    });
    expect(decode('io.k8s.api.core.v1.Event', value).value).toBe(value);
    expect(emptyStruct('io.k8s.api.apps.v1.ReplicaSet')).toEqual({ metadata: {}, spec: { template: { metadata: {}, spec: { containers: [] } } }, status: { replicas: 0 } });
  });
  test('quantities and times take their canonical form', () => {
    const { value } = decode(pod, { metadata: { deletionTimestamp: '2026-01-01T02:00:00+01:00' }, spec: { containers: [{ name: 'c', resources: { limits: { cpu: 1, memory: '1024Mi' } } }] } });
    expect(value).toMatchObject({ metadata: { deletionTimestamp: '2026-01-01T01:00:00Z' }, spec: { containers: [{ resources: { limits: { cpu: '1', memory: '1Gi' } } }] } });
  });
});

describe('identity', () => {
  const settled = (): JsonObject => decode(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } }).value;
  test('what needs nothing is given back as it is', () => {
    const object = settled();
    expect(decode(pod, object).value).toBe(object);
    const copy = deepFreeze(structuredClone(object));
    expect(decode(pod, copy).value).toBe(copy);
  });
  test('a changed branch leaves the others alone', () => {
    const object = settled();
    const { value, problems } = decode(pod, { ...object, metadata: { name: 'p', nope: 1 } });
    expect(value['spec']).toBe(object['spec']);
    expect(value['metadata']).toEqual({ name: 'p' });
    expect(problems).toEqual(['unknown field "metadata.nope"']);
  });
});

describe('more words', () => {
  test.each([
    [{ spec: { terminationGracePeriodSeconds: 'x' } }, 'json: cannot unmarshal string into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64'],
    [{ spec: { containers: ['x'] } }, 'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container'],
    [{ spec: { containers: [{ args: [1] }] } }, 'json: cannot unmarshal number into Go struct field Container.spec.containers.args of type string'],
    [{ metadata: { labels: { a: true } } }, 'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string'],
    [{ spec: { restartPolicy: 5 } }, 'json: cannot unmarshal number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy'],
    [{ metadata: { creationTimestamp: 'now' } }, 'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"'],
    [{ metadata: { creationTimestamp: '2026-13-01T00:00:00Z' } }, 'parsing time "2026-13-01T00:00:00Z": month out of range'],
    [{ spec: { containers: [{ livenessProbe: { httpGet: { port: true } } }] } }, 'json: cannot unmarshal bool into Go value of type int32'],
    [{ spec: { containers: [{ resources: { limits: { cpu: '1Gii' } } }] } }, "unable to parse quantity's suffix"],
  ])('%j', (object, message) => expect(outcome(pod, object)).toBe(message));
});

test('the result of a strategic merge patch is refused in the converter\'s words', () => {
  const steps = recorded('patch');
  const current = steps[0]?.response.body;
  if (!isObject(current)) throw new Error('the first step creates a deployment');
  const wrong = steps.filter(({ title }) => title.startsWith('wrong type'));
  expect(wrong).toHaveLength(3);
  for (const step of wrong) {
    const patched = applyStrategicMergePatch(current, step.request.body, mergeFactsOf(deployment));
    expect(messageOf(step).endsWith(`: ${outcome(deployment, patched, 'fields')}`)).toBe(true);
  }
});
