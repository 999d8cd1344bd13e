import { expect, test } from 'vitest';
import { World } from './world';

const rights = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: default}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get]}
`;

test('whoami tells whom the server sees, and whom it would see', async () => {
  const world = new World();
  expect((await world.run('auth whoami')).out).toBe(
    'ATTRIBUTE   VALUE\nUsername    kubernetes-admin\nGroups      [system:masters system:authenticated]\n');
  expect((await world.run('auth whoami --as=jane --as-group=devs --as-group=ops -o jsonpath={.status.userInfo}')).out).toBe(
    '{"groups":["devs","ops","system:authenticated"],"username":"jane"}');
  expect(await world.run('auth whoami --as-group=devs')).toMatchObject({ err: 'error: requesting uid, groups or user-extra without impersonating a user\n', code: 1 });
});

test('create token asks for a token of the account', async () => {
  const world = new World();
  const { out } = await world.run('create token default --duration=20m --audience=mine');
  const claims = JSON.parse(Buffer.from(out.split('.')[1] ?? '', 'base64url').toString()) as Record<string, number>;
  expect(claims).toMatchObject({ aud: ['mine'], sub: 'system:serviceaccount:default:default' });
  expect((claims['exp'] ?? 0) - (claims['iat'] ?? 0)).toBe(1_200);
  expect((await world.run('create token none')).err).toBe('Error from server (NotFound): serviceaccounts "none" not found\n');
  expect((await world.run('create token default --bound-object-kind Pod')).err).toContain('--bound-object-name is required');
});

test('reconcile adds what is missing and keeps what is there besides', async () => {
  const world = new World({ 'rights.yaml': rights });
  expect((await world.run('auth reconcile -f rights.yaml')).out).toBe('role.rbac.authorization.k8s.io/reader reconciled\n');
  await world.run('patch role reader --type=json -p \'[{"op":"add","path":"/rules/-","value":{"apiGroups":["apps"],"resources":["deployments"],"verbs":["list"]}}]\'');
  await world.run('auth reconcile -f rights.yaml');
  const resources = async () => (await world.run('get role reader -o jsonpath={.rules[*].resources[*]}')).out;
  expect(await resources()).toBe('pods deployments');
  await world.run('auth reconcile -f rights.yaml --remove-extra-permissions');
  expect(await resources()).toBe('pods');
});
