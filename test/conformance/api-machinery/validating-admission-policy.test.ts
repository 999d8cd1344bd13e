import { describe, expect } from 'vitest';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../../src/kinds/admissionregistration/validatingadmissionpolicy';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { Namespaces } from '../../../src/kinds/core/namespace';
import type { ValidatingAdmissionPolicySpec } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { refusal, startConformance } from '../framework';
import { expectOperations } from './api-operations';
import { ruleOf } from './webhook-server';

const marked = { 'validating-admission-policy': 'true' };
const namespaceSelector = { matchLabels: marked };
const deployments = { resourceRules: [ruleOf(['CREATE', 'UPDATE'], 'deployments', 'apps')], namespaceSelector };
const labels = { app: 'nginx' };
const workload = (namespace: string, name: string, replicas: number) => ({
  metadata: { name, namespace, labels },
  spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } } },
});

/** A namespace that a policy is bound to. */
function startBound(spec: ValidatingAdmissionPolicySpec) {
  const framework = startConformance('validating-admission-policy');
  const { api, namespace, wait } = framework;
  api.patch(Namespaces, { name: namespace }, { metadata: { labels: marked } });
  api.create(ValidatingAdmissionPolicies, { metadata: { name: 'e2e.policy.example.com' }, spec });
  api.create(ValidatingAdmissionPolicyBindings,
    { metadata: { name: 'e2e.binding.example.com' }, spec: { policyName: 'e2e.policy.example.com', matchResources: { namespaceSelector }, validationActions: ['Deny'] } });
  wait(1_000);
  return framework;
}

describe('validating admission policies', () => {
  behaviour('api-machinery-094', () => {
    const { api, namespace } = startBound({
      matchConstraints: deployments,
      validations: [
        { expression: 'object.spec.replicas > 1', messageExpression: "'wants replicas > 1, got ' + string(object.spec.replicas)" },
        { expression: "namespaceObject.metadata.name == 'validating-admission-policy'", message: 'Internal error! Other namespace should not be allowed.' },
      ],
    });
    const denied = refusal(() => api.create(Deployments, workload(namespace, 'marker', 1)));
    expect(denied).toMatchObject({ reason: 'Invalid', code: 422 });
    expect(denied.message).toContain('wants replicas > 1, got 1');
    const replicated = api.create(Deployments, workload(namespace, 'replicated', 2));
    expect(refusal(() => api.patch(Deployments, replicated.metadata, { spec: { replicas: 1 } })).code).toBe(422);
    expect(api.create(ReplicaSets, workload(namespace, 'non-replicated', 1)).spec.replicas).toBe(1);
    expect(api.create(Deployments, workload('default', 'elsewhere', 1)).spec.replicas).toBe(1);
  });

  behaviour('api-machinery-091', () => {
    const { api, namespace } = startBound({
      matchConstraints: deployments,
      variables: [{ name: 'replicas', expression: 'object.spec.replicas' }, { name: 'oddReplicas', expression: 'variables.replicas % 2 == 1' }],
      validations: [{ expression: 'variables.replicas > 1' }, { expression: 'variables.oddReplicas' }],
    });
    expect(refusal(() => api.create(Deployments, workload(namespace, 'marker', 1)))).toMatchObject({ reason: 'Invalid' });
    expect(refusal(() => api.create(Deployments, workload(namespace, 'even', 2))).message).toContain('variables.oddReplicas');
    expect(api.create(Deployments, workload(namespace, 'replicated', 3)).spec.replicas).toBe(3);
    expect(api.create(ReplicaSets, workload(namespace, 'non-replicated', 1)).spec.replicas).toBe(1);
  });

  behaviour('api-machinery-092', () => {
    expectOperations(startConformance(), {
      kind: ValidatingAdmissionPolicies,
      draft: { metadata: {}, spec: { validations: [{ expression: 'object.spec.replicas <= 100' }], matchConstraints: { resourceRules: [ruleOf(['CREATE'], 'deployments', 'apps')] } } },
      patch: { spec: { failurePolicy: 'Ignore' } },
      update: (policy) => ({ ...policy, spec: { ...policy.spec, failurePolicy: 'Fail' } }),
      changed: ({ spec }) => spec?.failurePolicy,
      status: true,
    });
  });

  behaviour('api-machinery-093', () => {
    expectOperations(startConformance(), {
      kind: ValidatingAdmissionPolicyBindings,
      draft: { metadata: {}, spec: { policyName: 'replicalimit-policy.example.com', validationActions: ['Deny'] } },
      patch: { spec: { validationActions: ['Warn'] } },
      update: (binding) => ({ ...binding, spec: { ...binding.spec, validationActions: ['Deny'] } }),
      changed: ({ spec }) => spec?.validationActions,
    });
  });
});
