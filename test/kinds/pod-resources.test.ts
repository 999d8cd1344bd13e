import { describe, expect, test } from 'vitest';
import { podLimits, podRequests, qosClass, resourcesOf } from '../../src/kinds/core/pod-resources';
import { container, podSpec } from './objects';

const asking = (name: string, cpu: string, memory: string, parts = {}) => container(name, { resources: { requests: { cpu, memory } }, ...parts });
const mebi = 1024 * 1024;

describe('what a pod requests', () => {
  test('is the sum of its containers', () => {
    expect(podRequests(podSpec({ containers: [asking('a', '100m', '1Mi'), asking('b', '1', '2Mi')] }))).toMatchObject({ cpuMilli: 1100, memoryBytes: 3 * mebi, others: {} });
  });
  test('is what its hungriest init container needs, if that is more', () => {
    const spec = podSpec({ containers: [asking('a', '100m', '10Mi')], initContainers: [asking('i', '500m', '1Mi'), asking('j', '200m', '5Mi')] });
    expect(podRequests(spec)).toMatchObject({ cpuMilli: 500, memoryBytes: 10 * mebi });
  });
  test('counts sidecars beside the containers, and beside the init containers after them', () => {
    const sidecar = asking('s', '100m', '0', { restartPolicy: 'Always' });
    expect(podRequests(podSpec({ containers: [asking('a', '100m', '0')], initContainers: [sidecar, asking('i', '300m', '0')] })).cpuMilli).toBe(400);
    expect(podRequests(podSpec({ containers: [asking('a', '100m', '0')], initContainers: [asking('i', '150m', '0'), sidecar] })).cpuMilli).toBe(200);
  });
  test('adds the overhead, and takes pod-level amounts in place of the sum', () => {
    expect(podRequests(podSpec({ containers: [asking('a', '100m', '0')], overhead: { cpu: '50m' } })).cpuMilli).toBe(150);
    expect(podRequests(podSpec({ containers: [asking('a', '100m', '0')], resources: { requests: { cpu: '2' } } })).cpuMilli).toBe(2000);
  });
  test('counts a little for scoring where nothing is requested', () => {
    expect(podRequests(podSpec())).toMatchObject({ cpuMilli: 0, scoredCpuMilli: 100, scoredMemoryBytes: 200 * mebi });
  });
  test('is worked out once for all specs with the same containers', () => {
    const spec = podSpec({ containers: [asking('a', '100m', '1Mi')] });
    const bound = { ...spec, nodeName: 'n' };
    expect(podRequests(bound)).toBe(podRequests(spec));
    expect(podRequests({ ...spec, overhead: { cpu: '1' } }).cpuMilli).toBe(1100);
  });
});

test('limits are summed likewise, extended resources are kept apart', () => {
  expect(podLimits(podSpec({ containers: [container('a', { resources: { limits: { 'example.com/gpu': '2', cpu: '1' } } })] }))).toMatchObject({ cpuMilli: 1000, others: { 'example.com/gpu': 2 } });
  expect(resourcesOf({ cpu: '1500m', pods: '110', 'ephemeral-storage': '1k' })).toMatchObject({ cpuMilli: 1500, ephemeralStorageBytes: 1000, others: { pods: 110 } });
  expect(resourcesOf()).toMatchObject({ cpuMilli: 0 });
});

test.each([
  ['BestEffort', {}],
  ['Burstable', { requests: { cpu: '1' } }],
  ['Burstable', { limits: { cpu: '1' } }],
  ['Burstable', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }],
  ['Guaranteed', { limits: { cpu: '1', memory: '1Gi' } }],
  ['Guaranteed', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } }],
  ['BestEffort', { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } }],
])('%s for resources %o', (expected, resources) => expect(qosClass(podSpec({ containers: [container('c', { resources })] }))).toBe(expected));
