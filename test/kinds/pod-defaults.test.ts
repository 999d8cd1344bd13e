import { describe, expect, test } from 'vitest';
import { podDefaults, podSpecDefaults } from '../../src/kinds/core/pod-defaults';
import { imageTag, pullPolicyOf } from '../../src/kinds/core/image-name';
import { Deployments } from '../../src/kinds/apps/deployment';
import { Pods } from '../../src/kinds/core/pod';
import { container, pod, podSpec } from './objects';

describe('pods of one template', () => {
  test('share one defaulted spec', () => {
    const template = podSpecDefaults({ containers: [container('c', { resources: { limits: { cpu: '1' } } })] });
    expect(podDefaults(template)).toBe(podDefaults(template));
    const [a, b] = ['a', 'b'].map((name) => Pods.defaults?.({ ...pod(), spec: template, metadata: { ...pod().metadata, name } }));
    expect(a?.spec).toBe(b?.spec);
  });
  test('share what their own defaults leave alone', () => {
    const template = podSpecDefaults({ containers: [container('c')] });
    expect(podDefaults(template).containers).toBe(template.containers);
    expect(podDefaults(podDefaults(template))).toBe(podDefaults(template));
  });
});

test('a spec that lacks nothing is given back', () => {
  const spec = podSpec();
  expect(podDefaults(spec)).toBe(spec);
  expect(Pods.defaults?.(pod())).toEqual(pod());
});

test('requests come from limits in pods, not in templates', () => {
  const given = { containers: [container('c', { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } } })] };
  expect(podSpecDefaults(given).containers[0]?.resources?.requests).toEqual({ cpu: '100m' });
  expect(podDefaults(given).containers[0]?.resources?.requests).toEqual({ cpu: '100m', memory: '1Gi' });
});

test('a negative grace period becomes one second', () => {
  expect(Pods.prepareForCreate?.(pod({ terminationGracePeriodSeconds: -5 })).spec.terminationGracePeriodSeconds).toBe(1);
  expect(Pods.prepareForCreate?.(pod({ terminationGracePeriodSeconds: 0 })).spec.terminationGracePeriodSeconds).toBe(0);
});

test('the strategy is only completed for rolling updates', () => {
  const metadata = pod().metadata;
  const strategyOf = (strategy: object) => Deployments.defaults?.({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector: {}, template: { metadata: {}, spec: podSpec() }, strategy },
  }).spec.strategy;
  expect(strategyOf({ type: 'Recreate' })).toEqual({ type: 'Recreate' });
  expect(strategyOf({ rollingUpdate: { maxSurge: 0 } })).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: '25%' } });
});

test.each([
  ['nginx', 'latest', 'Always'], ['nginx:latest', 'latest', 'Always'], ['nginx:1.27', '1.27', 'IfNotPresent'], ['localhost:5000/a/b', 'latest', 'Always'],
  ['registry.example:443/a/b:v1', 'v1', 'IfNotPresent'], [`nginx@sha256:${'a'.repeat(64)}`, undefined, 'IfNotPresent'], ['Not An Image', undefined, 'IfNotPresent'],
])('the image %s has the tag %s and is pulled %s', (image, tag, policy) => {
  expect(imageTag(image)).toBe(tag);
  expect(pullPolicyOf(image)).toBe(policy);
});
