import { describe, expect, test } from 'vitest';
import type { WebhookFunction } from '../../../src/apiserver/webhooks/webhooks';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../../../src/kinds/admissionregistration/webhook-configurations';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Pods } from '../../../src/kinds/core/pod';
import { isObject } from '../../../src/lib/json';
import type { MutatingWebhook, ValidatingWebhook } from '../../../src/schema/types';
import { refusal, startServer } from '../start';

type Server = ReturnType<typeof startServer>;
type Request = { readonly uid: string; readonly operation: string; readonly object: { readonly data?: Record<string, string> } | null; readonly oldObject: unknown; readonly dryRun: boolean };

const url = (name: string): string => `https://${name}.example/`;
const webhook = (name: string, more: Partial<MutatingWebhook> = {}): MutatingWebhook => ({
  name: `${name}.example.org`, admissionReviewVersions: ['v1'], sideEffects: 'None', clientConfig: { url: url(name) },
  rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }], ...more,
});
const answering = (respond: (request: Request) => object, delayMs = 0): WebhookFunction => (review) => {
  const request = (isObject(review) ? review['request'] : {}) as Request;
  return { body: { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response: { uid: request.uid, ...respond(request) } }, delayMs };
};
const patching = (...operations: readonly object[]): object => ({ allowed: true, patch: btoa(JSON.stringify(operations)), patchType: 'JSONPatch' });

const judge = ({ client, server }: Server, name: string, answer?: WebhookFunction, more: Partial<ValidatingWebhook> = {}): void => {
  if (answer) server.webhooks.register(url(name), answer);
  client.create(ValidatingWebhookConfigurations, { metadata: { name }, webhooks: [webhook(name, more)] });
};
const change = ({ client, server }: Server, name: string, answer: WebhookFunction, more: Partial<MutatingWebhook> = {}): void => {
  server.webhooks.register(url(name), answer);
  client.create(MutatingWebhookConfigurations, { metadata: { name }, webhooks: [webhook(name, more)] });
};
const make = ({ client }: Server, name: string, data: Record<string, string> = { a: '1' }) => client.create(ConfigMaps, { metadata: { name, namespace: 'default' }, data });

describe('validating webhooks', () => {
  test('deny in their own words, with their code', () => {
    const server = startServer();
    judge(server, 'deny', answering(({ object }) => ({ allowed: object?.data?.['a'] !== 'bad', status: { message: 'a is bad', code: 403 }, warnings: ['look out'] })));
    const { warnings } = server.call({ verb: 'create', resource: 'configmaps', namespace: 'default', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: { a: 'good' } } });
    expect(warnings).toEqual(['look out']);
    const refused = refusal(() => make(server, 'y', { a: 'bad' }));
    expect([refused.code, refused.message]).toEqual([403, 'admission webhook "deny.example.org" denied the request: a is bad']);
  });

  test('cannot be reached, are too late or talk nonsense: Fail refuses, Ignore lets pass', () => {
    const server = startServer();
    judge(server, 'nobody', undefined, { failurePolicy: 'Ignore' });
    judge(server, 'slow', answering(() => ({ allowed: false }), 10_000), { failurePolicy: 'Ignore' });
    make(server, 'x');
    const failing = (name: string, answer?: WebhookFunction, more?: Partial<ValidatingWebhook>): string => {
      const own = startServer();
      judge(own, name, answer, more);
      return refusal(() => make(own, 'y')).message;
    };
    expect(failing('gone')).toBe('Internal error occurred: failed calling webhook "gone.example.org": failed to call webhook: Post '
      + '"https://gone.example/?timeout=10s": dial tcp: lookup gone.example: no such host');
    expect(failing('late', answering(() => ({ allowed: true }), 1_000), { timeoutSeconds: 1 }))
      .toBe('Internal error occurred: failed calling webhook "late.example.org": failed to call webhook: Post "https://late.example/?timeout=1s": context deadline exceeded');
    expect(failing('odd', () => ({ body: { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1' } }))).toContain('received invalid webhook response: webhook response was absent');
    expect(failing('other', answering(() => ({ uid: 'x', allowed: true })))).toMatch(/expected response.uid="[-0-9a-f]{36}", got "x"/);
    expect(failing('service', undefined, { clientConfig: { service: { namespace: 'default', name: 'none', path: '/p' } } })).toBe(
      'Internal error occurred: failed calling webhook "service.example.org": failed to call webhook: Post "https://none.default.svc:443/p?timeout=10s": service "none" not found');
  });

  test('see deletes by the old object, dry runs as such, and never their own configurations', () => {
    const server = startServer();
    const kept = make(server, 'kept');
    const seen: Request[] = [];
    judge(server, 'all', answering((request) => { seen.push(request); return { allowed: request.operation !== 'DELETE', status: { reason: 'kept' } }; }),
      { rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }] });
    expect(refusal(() => server.client.delete(ConfigMaps, kept.metadata)).message).toBe('admission webhook "all.example.org" denied the request: kept');
    server.call({ verb: 'create', resource: 'configmaps', namespace: 'default', options: { dryRun: true }, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'dry' } } });
    server.client.delete(ValidatingWebhookConfigurations, { name: 'all' });
    expect(seen.map(({ operation, dryRun, object, oldObject }) => [operation, dryRun, object !== null, oldObject !== null])).toEqual([['DELETE', false, false, true], ['CREATE', true, true, false]]);
  });

  test('match conditions, and attaching to a pod', () => {
    const server = startServer();
    judge(server, 'conditions', answering(() => ({ allowed: false })), { matchConditions: [{ name: 'not-skipped', expression: "object.metadata.name != 'skip-me'" }] });
    make(server, 'skip-me');
    expect(refusal(() => make(server, 'other')).message).toBe('admission webhook "conditions.example.org" denied the request without explanation');
    server.client.create(Pods, { metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } });
    judge(server, 'attach', answering(({ operation, object }) => ({ allowed: false, status: { message: `${operation} ${JSON.stringify(object)}` } })),
      { rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CONNECT'], resources: ['pods/attach'] }] });
    const attached = refusal(() => server.server
      .checkConnect({ resource: 'pods', subresource: 'attach', namespace: 'default', name: 'p', container: 'c', user: { name: 'kubernetes-admin', groups: ['system:masters'] } }));
    expect(attached.message).toContain('denied the request: CONNECT {"stdin":false,"stdout":true');
  });
});

describe('mutating webhooks', () => {
  test('run by name, each on what the one before made, and again when they ask for it', () => {
    const server = startServer();
    change(server, 'a', answering(({ object }) => patching({ op: 'add', path: '/data/a-saw', value: Object.keys(object?.data ?? {}).join() })), { reinvocationPolicy: 'IfNeeded' });
    change(server, 'b', answering(() => patching({ op: 'add', path: '/data/b', value: 'made' })));
    expect(make(server, 'x', { z: '1' }).data).toEqual({ z: '1', b: 'made', 'a-saw': 'z,a-saw,b' });
  });

  test('what they add gets its defaults, and unknown fields go', () => {
    const server = startServer();
    change(server, 'init', answering(() => patching({ op: 'add', path: '/spec/initContainers', value: [{ name: 'i', image: 'busybox:1.36', nonsense: true }] })),
      { rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] });
    const { spec } = server.client.create(Pods, { metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } });
    expect(spec.initContainers?.[0]).toMatchObject({ name: 'i', terminationMessagePolicy: 'File' });
    expect(spec.initContainers?.[0]).not.toHaveProperty('nonsense');
  });

  test('a webhook taken away is asked no more', () => {
    const server = startServer();
    change(server, 'deny', answering(() => ({ allowed: false })));
    expect(refusal(() => make(server, 'x')).code).toBe(400);
    server.call({ verb: 'deletecollection', resource: 'mutatingwebhookconfigurations.admissionregistration.k8s.io' });
    make(server, 'x');
  });
});
