import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { helmOf, kubectlOf, startServe, type Served } from './serve';

const chart = resolve('examples/charts/hello');
const namespace = 'charts';

let served: Served;
beforeAll(async () => {
  served = await startServe(['--speed', '20']);
  await kubectlOf('1.35', served)(['create', 'namespace', namespace]);
});
afterAll(async () => { expect(await served.stop()).toBe(0); });

describe.each([['4', '1.35'], ['3', '1.32']] as const)('helm %s', (major, release) => {
  const name = `hello${major}`;
  const helm = async (...words: string[]): Promise<string> => {
    const outcome = await helmOf(release, served)(['--namespace', namespace, ...words]);
    expect(outcome, words.join(' ')).toMatchObject({ code: 0 });
    return outcome.out;
  };
  const get = async (...words: string[]): Promise<string> => (await kubectlOf('1.35', served)(['--namespace', namespace, 'get', ...words])).out;

  test('is the major version it should be', async () => { expect(await helm('version', '--short')).toMatch(new RegExp(`^v${major}\\.`)); });

  test('installs with hooks and waits', async () => {
    expect(await helm('install', name, chart, '--wait', '--timeout', '60s')).toContain('STATUS: deployed');
    expect(await get('deployment', `${name}-hello`, '-o', 'jsonpath={.status.readyReplicas}')).toBe('2');
    expect(await get('configmap', `${name}-hello-after`, '-o', 'jsonpath={.data.revision}')).toBe('1');
    expect(await get('pods', `${name}-hello-before`, '--ignore-not-found', '-o', 'name')).toBe('');
    expect(await get('secrets', '-l', `owner=helm,name=${name}`, '-o', 'jsonpath={.items[*].type}')).toBe('helm.sh/release.v1');
  });

  test('lists it, shows it, and runs its test', async () => {
    expect(await helm('list', '--short')).toContain(name);
    expect(await helm('status', name)).toContain('STATUS: deployed');
    expect(await helm('get', 'manifest', name)).toContain(`name: ${name}-hello`);
    expect(await helm('test', name, '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
  });

  test('upgrades it, remembers, and rolls back', async () => {
    expect(await helm('upgrade', name, chart, '--set', 'replicas=3,page=Changed', '--wait', '--timeout', '60s')).toContain('has been upgraded');
    expect(await get('deployment', `${name}-hello`, '-o', 'jsonpath={.spec.replicas}')).toBe('3');
    expect(await get('configmap', `${name}-hello`, '-o', 'jsonpath={.data.index\\.html}')).toBe('Changed');
    expect(await get('configmap', `${name}-hello-after`, '-o', 'jsonpath={.data.revision}')).toBe('2');
    expect(await helm('rollback', name, '1', '--wait', '--timeout', '60s')).toContain('Rollback was a success');
    expect(await get('deployment', `${name}-hello`, '-o', 'jsonpath={.spec.replicas}')).toBe('2');
    expect((await helm('history', name, '-o', 'json')).match(/"revision":\d+/g)).toEqual(['"revision":1', '"revision":2', '"revision":3']);
  });

  test('refuses what the server refuses', async () => {
    const outcome = await helmOf(release, served)(['--namespace', namespace, 'install', `${name}-bad`, chart, '--set', 'service.type=Nonsense', '--no-hooks']);
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain('spec.type: Unsupported value: "Nonsense"');
    await helmOf(release, served)(['--namespace', namespace, 'uninstall', `${name}-bad`, '--no-hooks']);
  });

  test('uninstalls all of it', async () => {
    expect(await helm('uninstall', name, '--wait', '--timeout', '60s')).toContain('uninstalled');
    expect(await get('deployments,services,configmaps,secrets', '-l', `app.kubernetes.io/instance=${name}`, '-o', 'name')).not.toContain('deployment');
    expect(await helm('list', '--short', '--filter', `^${name}$`)).toBe('');
  });
});
