import { PassThrough, Writable } from 'node:stream';
import * as k8s from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServe, type Served } from './serve';

const namespace = 'default';
const labels = { app: 'node' };

let served: Served;
let config: k8s.KubeConfig;
beforeAll(async () => {
  served = await startServe(['--speed', '20']);
  config = new k8s.KubeConfig();
  config.loadFromFile(served.kubeconfig);
});
afterAll(async () => { expect(await served.stop()).toBe(0); });

/** A stream that keeps what is written to it. */
function kept(): { readonly stream: Writable; text(): string } {
  let all = '';
  const stream = new Writable({ write(part: Buffer, _encoding, done) { all += part.toString(); done(); } });
  return { stream, text: () => all };
}

/** Settles when `look` gives something. */
async function eventually<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`never happened: ${what}`);
}

describe('@kubernetes/client-node', () => {
  test('creates, reads, patches, replaces and deletes', async () => {
    const core = config.makeApiClient(k8s.CoreV1Api);
    const created = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'cm' }, data: { a: '1' } } });
    expect([created.kind, created.metadata?.namespace]).toEqual(['ConfigMap', namespace]);
    const patched = await core.patchNamespacedConfigMap({ namespace, name: 'cm', body: [{ op: 'replace', path: '/data/a', value: '2' }] });
    expect(patched.data).toEqual({ a: '2' });
    const merged = await core.patchNamespacedConfigMap({ namespace, name: 'cm', body: { data: { b: '3' } } }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch));
    expect(merged.data).toEqual({ a: '2', b: '3' });
    const replaced = await core.replaceNamespacedConfigMap({ namespace, name: 'cm', body: { ...merged, data: { c: '4' } } });
    expect(replaced.data).toEqual({ c: '4' });
    expect((await core.listNamespacedConfigMap({ namespace })).items.map(({ metadata }) => metadata?.name)).toContain('cm');
    await core.deleteNamespacedConfigMap({ namespace, name: 'cm' });
    await expect(core.readNamespacedConfigMap({ namespace, name: 'cm' })).rejects.toMatchObject({ code: 404 });
    expect((await config.makeApiClient(k8s.VersionApi).getCode()).gitVersion).toMatch(/^v1\.36\./);
  });

  test('keeps an informer up to date', async () => {
    const core = config.makeApiClient(k8s.CoreV1Api);
    const seen: string[] = [];
    const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () => core.listNamespacedConfigMap({ namespace }));
    for (const event of ['add', 'update', 'delete'] as const) informer.on(event, ({ metadata }: k8s.V1ConfigMap) => { if (metadata?.name === 'informed') seen.push(event); });
    await informer.start();
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'informed' } } });
    await eventually('add', () => seen.includes('add'));
    await core.replaceNamespacedConfigMap({ namespace, name: 'informed', body: { ...made, data: { a: 'b' } } });
    await eventually('update', () => seen.includes('update'));
    await core.deleteNamespacedConfigMap({ namespace, name: 'informed' });
    await eventually('delete', () => seen.includes('delete'));
    await informer.stop();
    expect(seen).toEqual(['add', 'update', 'delete']);
  });

  test('applies objects of any kind on the server', async () => {
    const objects = k8s.KubernetesObjectApi.makeApiClient(config);
    const deployment = {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'node', namespace },
      spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } } },
    };
    await objects.patch(deployment, undefined, undefined, 'node-test', true, k8s.PatchStrategy.ServerSideApply);
    const apps = config.makeApiClient(k8s.AppsV1Api);
    const ready = await eventually('the deployment is ready', async () => {
      const read = await apps.readNamespacedDeployment({ namespace, name: 'node' });
      return read.status?.readyReplicas === 1 && read;
    });
    expect(ready.metadata?.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toContain('node-test Apply');
  });

  test('runs commands in containers, reads logs and forwards ports', async () => {
    const core = config.makeApiClient(k8s.CoreV1Api);
    const { items: [pod] } = await core.listNamespacedPod({ namespace, labelSelector: 'app=node' });
    const name = pod?.metadata?.name ?? '';
    const [out, err] = [kept(), kept()];
    const status = await new Promise<k8s.V1Status>((finish) => {
      void new k8s.Exec(config).exec(namespace, name, 'web', ['sh', '-c', 'echo out; echo err >&2; exit 3'], out.stream, err.stream, null, false, finish);
    });
    expect([out.text(), err.text(), status.details?.causes?.[0]?.message]).toEqual(['out\n', 'err\n', '3']);

    await core.createNamespacedPod({ namespace,
      body: { metadata: { name: 'counting' }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox:1.36', command: ['sh', '-c', 'echo one; sleep 2; echo two'] }] } } });
    await eventually('the pod runs', async () => (await core.readNamespacedPod({ namespace, name: 'counting' })).status?.phase !== 'Pending');
    const log = new PassThrough();
    let text = '';
    log.on('data', (part: Buffer) => { text += part.toString(); });
    await new k8s.Log(config).log(namespace, 'counting', 'c', log, { follow: true });
    await eventually('both lines', () => text === 'one\ntwo\n');
  });

  test('watches from the beginning without a resourceVersion', async () => {
    const types: string[] = [];
    const controller = await new k8s.Watch(config).watch(`/api/v1/namespaces/${namespace}/services`, {},
      (type: string, object: k8s.V1Service) => types.push(`${type} ${object.metadata?.name}`), () => {});
    await eventually('the first event', () => types.length > 0);
    controller.abort();
    expect(types).toEqual(['ADDED kubernetes']);
  });
});
