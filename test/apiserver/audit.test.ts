import { describe, expect, test } from 'vitest';
import { LocalClient } from '../../src/api/local-client';
import { bootstrap } from '../../src/apiserver/bootstrap';
import type { AuditEvent } from '../../src/apiserver/audit/auditor';
import { parseAuditPolicy, type AuditPolicy } from '../../src/apiserver/audit/policy';
import { handle } from '../../src/apiserver/http/handle';
import { createApiServer } from '../../src/apiserver/create';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Namespaces } from '../../src/kinds/core/namespace';
import { Pods } from '../../src/kinds/core/pod';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';

const admin = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

function started(policy?: AuditPolicy) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const server = createApiServer({ store: new Store(), scheduler: clock, random: new Random(1), authorizationMode: 'RBAC' });
  const client = new LocalClient(server, admin);
  bootstrap(client, '172.18.0.2');
  const events: AuditEvent[] = [];
  const subscription = server.audit(policy).subscribe((event) => events.push(event));
  const http = (method: string, path: string, headers: Readonly<Record<string, string>> = {}, query = '') =>
    handle(server, { method, path, query, body: '', user: admin, headers: { 'user-agent': 'test', ...headers } });
  return { clock, server, client, events, subscription, http };
}
const map = { metadata: { name: 'c', namespace: 'default' }, data: { a: '1' } };

describe('audit', () => {
  test('a request is told when it comes and when it is answered, by one id', () => {
    const { client, events } = started();
    client.create(ConfigMaps, map);
    expect(events).toMatchObject([
      { kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', stage: 'RequestReceived', verb: 'create', requestURI: '/api/v1/namespaces/default/configmaps',
        user: { username: 'kubernetes-admin' }, objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' }, requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z' },
      { stage: 'ResponseComplete', responseStatus: { code: 201 }, annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' } },
    ]);
    expect(events[0]?.auditID).toBe(events[1]?.auditID);
    expect(events.some((event) => 'requestObject' in event)).toBe(false);
  });

  test('a policy decides by its first matching rule how much is told', () => {
    const policy = parseAuditPolicy({
      apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'],
      rules: [
        { level: 'None', verbs: ['get'] }, { level: 'RequestResponse', resources: [{ group: '', resources: ['configmaps'] }] },
        { level: 'Request', nonResourceURLs: ['/version'] },
      ],
    });
    const { client, events, http } = started(policy);
    client.create(ConfigMaps, map);
    client.get(ConfigMaps, map.metadata);
    http('GET', '/version');
    http('GET', '/api/v1/namespaces/default/secrets');
    expect(events).toMatchObject([{ level: 'RequestResponse', requestObject: { data: { a: '1' } }, responseObject: { metadata: { name: 'c' } } }]);
    expect(() => parseAuditPolicy({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Loud' }] })).toThrow('rules[0].level: Unsupported value: "Loud"');
  });

  test('over HTTP it is told once, with who asked and whom he is for this request; refusals too', () => {
    const { events, http } = started();
    http('GET', '/api/v1/namespaces/default/pods', { 'impersonate-user': 'jane' });
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      requestURI: '/api/v1/namespaces/default/pods', userAgent: 'test', verb: 'list', user: { username: 'kubernetes-admin' },
      impersonatedUser: { username: 'jane', groups: ['system:authenticated'] }, responseStatus: { code: 403, status: 'Failure', reason: 'Forbidden' },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    });
  });

  test('what a pod violates at the audited level is told with it', () => {
    const { client, events } = started();
    client.create(Namespaces, { metadata: { name: 'watched', labels: { 'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/audit-version': 'v1.36' } }, spec: {} });
    client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'watched' } });
    client.create(Pods, { metadata: { name: 'p', namespace: 'watched' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    const annotations = events.at(-1)?.annotations ?? {};
    expect(annotations['pod-security.kubernetes.io/enforce-policy']).toBe('privileged:latest');
    expect(annotations['pod-security.kubernetes.io/audit-violations']).toMatch(/^would violate PodSecurity "restricted:v1\.36": allowPrivilegeEscalation != false \(container "c" must set/);
  });

  test('a watch is started by its first event and complete when it ends', () => {
    const { clock, client, events, http } = started();
    const answer = http('GET', '/api/v1/namespaces/default/configmaps', {}, 'watch=1');
    if (!('events' in answer)) throw new Error('no watch was opened');
    const watching = answer.events.subscribe();
    client.create(ConfigMaps, map);
    clock.advanceBy(100);
    watching.unsubscribe();
    expect(events.filter(({ verb }) => verb === 'watch').map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
    expect(new Set(events.filter(({ verb }) => verb === 'watch').map(({ auditID }) => auditID)).size).toBe(1);
  });

  test('nobody listens: nothing is told', () => {
    const { client, events, subscription } = started();
    subscription.unsubscribe();
    client.create(ConfigMaps, map);
    expect(events).toEqual([]);
  });
});
