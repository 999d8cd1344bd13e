import { describe, expect } from 'vitest';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../../src/kinds/admissionregistration/mutatingadmissionpolicy';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { Namespaces } from '../../../src/kinds/core/namespace';
import type { MutatingAdmissionPolicySpec } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance } from '../framework';
import { expectOperations } from './api-operations';
import { ruleOf } from './webhook-server';

const marked = { 'mutating-admission-policy': 'true' };
const namespaceSelector = { matchLabels: marked };
const labels = { app: 'test' };
const annotating = (key: string, value: string) => `Object{metadata: Object.metadata{annotations: {"${key}": "${value}"}}}`;

function startBound(mutations: MutatingAdmissionPolicySpec['mutations']) {
  const framework = startConformance('mutating-admission-policy');
  const { api, namespace, wait } = framework;
  api.patch(Namespaces, { name: namespace }, { metadata: { labels: marked } });
  const matchConstraints = { resourceRules: [ruleOf(['CREATE', 'UPDATE'], 'deployments', 'apps')], namespaceSelector };
  api.create(MutatingAdmissionPolicies, { metadata: { name: 'e2e.policy.example.com' }, spec: { matchConstraints, reinvocationPolicy: 'Never', ...mutations && { mutations } } });
  api.create(MutatingAdmissionPolicyBindings, { metadata: { name: 'e2e.binding.example.com' }, spec: { policyName: 'e2e.policy.example.com', matchResources: { namespaceSelector } } });
  wait(30_000);
  const create = (where: string) => api.create(Deployments, {
    metadata: { name: 'test-deployment', namespace: where },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } } },
  });
  return { ...framework, here: create(namespace), elsewhere: create('default') };
}

describe('mutating admission policies', () => {
  behaviour('api-machinery-064', () => {
    const scaled = 'Object{spec: Object.spec{replicas: object.spec.replicas + 1}}';
    const { api, here, elsewhere } = startBound([{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: scaled } }]);
    expect([here.spec.replicas, elsewhere.spec.replicas]).toEqual([3, 2]);
    expect(api.get(Deployments, here.metadata).spec).toMatchObject({ replicas: 3, template: { spec: { containers: [{ name: 'nginx' }] } } });
  });

  behaviour('api-machinery-065', () => {
    const { api, here, elsewhere } = startBound([
      { patchType: 'ApplyConfiguration', applyConfiguration: { expression: annotating('mutated-by', 'admission-policy') } },
      { patchType: 'JSONPatch', jsonPatch: { expression: "[JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey('example.com/by'), value: 'json-patch'}]" } },
    ]);
    expect(here.metadata.annotations).toEqual({ 'mutated-by': 'admission-policy', 'example.com/by': 'json-patch' });
    expect(elsewhere.metadata.annotations).toBeUndefined();
    const updated = api.patch(Deployments, here.metadata, { metadata: { annotations: { 'mutated-by': 'somebody else' } } }, 'merge');
    expect(updated.metadata.annotations?.['mutated-by']).toBe('admission-policy');
  });

  behaviour('api-machinery-066', () => {
    expectOperations(startConformance(), {
      kind: MutatingAdmissionPolicies,
      draft: { metadata: {}, spec: {
        reinvocationPolicy: 'Never', matchConstraints: { resourceRules: [ruleOf(['CREATE'], 'deployments', 'apps')] },
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: annotating('my-foo-annotation', 'myAnnotationValue') } }],
      } },
      patch: { spec: { failurePolicy: 'Ignore' } },
      update: (policy) => ({ ...policy, spec: { ...policy.spec, failurePolicy: 'Fail' } }),
      changed: ({ spec }) => spec?.failurePolicy,
    });
  });

  behaviour('api-machinery-067', () => {
    expectOperations(startConformance(), {
      kind: MutatingAdmissionPolicyBindings,
      draft: { metadata: {}, spec: { policyName: 'replicalimit-policy.example.com' } },
      patch: { spec: { matchResources: { namespaceSelector } } },
      update: (binding) => ({ ...binding, spec: { policyName: 'replicalimit-policy.example.com', matchResources: { objectSelector: namespaceSelector } } }),
      changed: ({ spec }) => [spec?.matchResources?.namespaceSelector?.matchLabels, spec?.matchResources?.objectSelector?.matchLabels],
    });
  });
});
