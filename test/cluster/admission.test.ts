import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster';
import { StatusError } from '../../src/api/status';
import { ValidatingAdmissionPolicies } from '../../src/kinds/admissionregistration/validatingadmissionpolicy';
import { ValidatingWebhookConfigurations } from '../../src/kinds/admissionregistration/webhook-configurations';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Pods } from '../../src/kinds/core/pod';
import { Services } from '../../src/kinds/core/service';

const place = (name: string) => ({ name, namespace: 'default' });

describe('a webhook in a pod behind a Service', () => {
  test('is called as soon as the pod is ready, and cannot be when it is gone', () => {
    const cluster = createCluster({ nodes: 1 }).boot();
    const { client, clock } = cluster;
    const labels = { app: 'webhook' };
    const args = ['webhook', '--tls-cert-file=/webhook.local.config/certificates/tls.crt', '--port=8444'];
    client.create(Pods, { metadata: { ...place('webhook'), labels },
      spec: { containers: [{ name: 'c', image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args, ports: [{ containerPort: 8444 }] }] } });
    client.create(Services, { metadata: place('webhook'), spec: { selector: labels, ports: [{ port: 8443, targetPort: 8444 }] } });
    const register = (name: string, path: string, more: object = {}) => client.create(ValidatingWebhookConfigurations, {
      metadata: { name },
      webhooks: [{
        name: `${name}.example.org`, admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { caBundle: btoa('the authority'), service: { ...place('webhook'), path, port: 8443 } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }], objectSelector: { matchLabels: { judged: 'yes' } }, ...more,
      }],
    });
    const make = (name: string, data: Record<string, string>): string => {
      try {
        client.create(ConfigMaps, { metadata: { ...place(name), labels: { judged: 'yes' } }, data });
        return '';
      } catch (error) {
        if (error instanceof StatusError) return error.message;
        throw error;
      }
    };
    register('deny', '/configmaps');
    expect(make('early', {})).toContain('Post "https://webhook.default.svc:8443/configmaps?timeout=10s": no endpoints available for service "webhook"');
    clock.advanceBy(30_000);
    expect(make('fine', { a: '1' })).toBe('');
    expect(make('bad', { 'webhook-e2e-test': 'webhook-disallow' })).toBe('admission webhook "deny.example.org" denied the request: the configmap contains unwanted key and value');
    register('untrusted', '/configmaps', { clientConfig: { service: { ...place('webhook'), path: '/configmaps', port: 8443 } } });
    expect(make('unsigned', { a: '1' })).toContain('tls: failed to verify certificate: x509: certificate signed by unknown authority');
    client.delete(ValidatingWebhookConfigurations, { name: 'untrusted' });
    register('slow', '/always-allow-delay-5s', { timeoutSeconds: 1 });
    expect(make('late', { a: '1' })).toContain('context deadline exceeded');
    client.delete(ValidatingWebhookConfigurations, { name: 'slow' });
    client.delete(Pods, place('webhook'));
    clock.advanceBy(60_000);
    expect(make('after', { a: '1' })).toContain('no endpoints available');
  });
});

test('a policy whose expressions do not fit the objects it judges is told so in its status', () => {
  const { client, clock } = createCluster({ nodes: 1 }).boot();
  const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] };
  client.create(ValidatingAdmissionPolicies, {
    metadata: { name: 'typed' },
    spec: { matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'object.replicas > 1' }, { expression: 'object.spec.replicas > 1', messageExpression: "'few in ' + object.metadata.name" }] },
  });
  clock.advanceBy(1_000);
  expect(client.get(ValidatingAdmissionPolicies, { name: 'typed' }).status).toEqual({
    observedGeneration: 1,
    typeChecking: { expressionWarnings: [{ fieldRef: 'spec.validations[0].expression',
      warning: "apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'\n | object.replicas > 1\n | ......^\n" }] },
  });
});
