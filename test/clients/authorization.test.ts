import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectlOf, startServe, type Outcome, type Served } from './serve';

let folder: string;
let served: Served;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'podarium-users-'));
  writeFileSync(join(folder, 'tokens.csv'), 'alice-token,alice,,"devs"\n');
  served = await startServe(['--authorization-mode', 'RBAC', '--token-auth-file', join(folder, 'tokens.csv'), '--audit-log', join(folder, 'audit.log'), '--speed', '20']);
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
  rmSync(folder, { recursive: true });
});

const kubectl = (...words: string[]): Promise<Outcome> => kubectlOf('1.35', served)(words);
const get = (path: string, token?: string): Promise<Response> => fetch(`${served.url}${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

describe('a server with RBAC', () => {
  test('lets the kubeconfig do everything and others what they were given', async () => {
    expect(await kubectl('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toMatchObject({ code: 0, out: 'kubernetes-admin' });
    expect(await kubectl('get', 'pods', '--as', 'alice', '--as-group', 'devs')).toMatchObject({
      code: 1, err: 'Error from server (Forbidden): pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "default"\n',
    });
    expect((await kubectl('create', 'rolebinding', 'devs', '--clusterrole', 'view', '--group', 'devs')).code).toBe(0);
    expect((await kubectl('get', 'pods', '--as', 'alice', '--as-group', 'devs')).code).toBe(0);
    expect(await kubectl('auth', 'can-i', 'delete', 'pods', '--as', 'alice', '--as-group', 'devs')).toMatchObject({ code: 1, out: 'no\n' });
  });

  test('knows users by their tokens, and nobody by a wrong one', async () => {
    const allowed = await get('/api/v1/namespaces/default/pods', 'alice-token');
    expect(allowed.status).toBe(200);
    const forbidden = await get('/api/v1/nodes', 'alice-token');
    expect([forbidden.status, ((await forbidden.json()) as { message: string }).message])
      .toEqual([403, 'nodes is forbidden: User "alice" cannot list resource "nodes" in API group "" at the cluster scope']);
    const unknown = await get('/api/v1/nodes', 'guess');
    expect([unknown.status, await unknown.json()]).toEqual([401, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 }]);
    const { out: token } = await kubectl('create', 'token', 'default');
    expect((await get('/api/v1/namespaces/default/pods', token.trim())).status).toBe(403);
  });

  test('rolls a deployment out under the components\' own users', async () => {
    expect((await kubectl('create', 'deployment', 'web', '--image', 'nginx:1.27', '--replicas', '3')).code).toBe(0);
    expect((await kubectl('rollout', 'status', 'deployment/web', '--timeout', '60s')).out).toContain('successfully rolled out');
  });

  test('writes down who did what', () => {
    const events = readFileSync(join(folder, 'audit.log'), 'utf8').trim().split('\n')
      .map((line) => JSON.parse(line) as { user: { username: string }; verb: string; impersonatedUser?: { username: string }; responseStatus?: { code: number } });
    expect(events.some(({ user, impersonatedUser, verb, responseStatus }) => user.username === 'kubernetes-admin' && impersonatedUser?.username === 'alice'
      && verb === 'list' && responseStatus?.code === 403)).toBe(true);
  });
});
