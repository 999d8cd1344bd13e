import { expect } from 'vitest';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { ReplicationControllers } from '../../../src/kinds/core/replicationcontroller';
import { Secrets } from '../../../src/kinds/core/secret';
import type { DownwardAPIVolumeFile, Volume } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startStorage, type StorageTest } from './support';

const mounted = (...names: readonly string[]) => names.map((name) => ({ name, mountPath: `/etc/${name}`, readOnly: true }));
const watchFile = (path: string): string => `while true; do cat ${path}; echo; sleep 2; done`;

const configMap = ({ api, namespace }: StorageTest, name: string, data: Readonly<Record<string, string>>) => api.create(ConfigMaps, { metadata: { name, namespace }, data });
const secret = ({ api, namespace }: StorageTest, name: string, stringData: Readonly<Record<string, string>>) => api.create(Secrets, { metadata: { name, namespace }, stringData });

behaviour('storage-005', () => {
  const it = startStorage();
  it.api.create(ConfigMaps, { metadata: { name: 'both', namespace: it.namespace }, data: { text: 'value-1' }, binaryData: { 'dump.bin': 'VGhpcyBpcyBiaW5hcnk=' } });
  expect(it.output({ volumes: [{ name: 'map', configMap: { name: 'both' } }], mounts: mounted('map'), script: 'cat /etc/map/text; echo; cat /etc/map/dump.bin' })).toBe('value-1\nThis is binary');
});

/** Sources that may be missing: one that is deleted, one that is changed and one that is made while the pod runs. */
function optionalUpdates(it: StorageTest, make: (name: string, data: Readonly<Record<string, string>>) => void, change: () => void, remove: () => void, volume: (name: string) => Volume): void {
  make('deleted', { 'data-1': 'value-1' });
  make('updated', { 'data-1': 'value-1' });
  it.run({
    volumes: ['deleted', 'updated', 'created'].map(volume), mounts: mounted('deleted', 'updated', 'created'),
    script: 'while true; do for each in deleted updated created; do for file in data-1 data-3; do '
      + 'if [ -f /etc/$each/$file ]; then echo "$each $file $(cat /etc/$each/$file)"; fi; done; done; echo round; sleep 2; done',
  });
  it.prints('deleted data-1 value-1');
  remove();
  change();
  make('created', { 'data-1': 'value-1' });
  it.prints('updated data-3 value-3');
  it.prints('created data-1 value-1');
  it.until('what is deleted is no longer there', () => !it.log().split('round').slice(-2).join('').includes('deleted'));
}

behaviour('storage-006', () => {
  const it = startStorage();
  const { api, namespace } = it;
  optionalUpdates(it, (name, data) => void configMap(it, name, data), () => void api.update(ConfigMaps, { ...api.get(ConfigMaps, { namespace, name: 'updated' }), data: { 'data-3': 'value-3' } }),
    () => void api.delete(ConfigMaps, { namespace, name: 'deleted' }), (name) => ({ name, configMap: { name, optional: true } }));
});
behaviour('storage-047', () => {
  const it = startStorage();
  const { api, namespace } = it;
  optionalUpdates(it, (name, data) => void configMap(it, name, data), () => void api.update(ConfigMaps, { ...api.get(ConfigMaps, { namespace, name: 'updated' }), data: { 'data-3': 'value-3' } }),
    () => void api.delete(ConfigMaps, { namespace, name: 'deleted' }), (name) => ({ name, projected: { sources: [{ configMap: { name, optional: true } }] } }));
});
const changeSecret = ({ api, namespace }: StorageTest) => {
  const { data: _data, ...rest } = api.get(Secrets, { namespace, name: 'updated' });
  api.update(Secrets, { ...rest, stringData: { 'data-3': 'value-3' } });
};
behaviour('storage-074', () => {
  const it = startStorage();
  optionalUpdates(it, (name, data) => void secret(it, name, data), () => changeSecret(it), () => void it.api.delete(Secrets, { namespace: it.namespace, name: 'deleted' }),
    (name) => ({ name, secret: { secretName: name, optional: true } }));
});
behaviour('storage-067', () => {
  const it = startStorage();
  optionalUpdates(it, (name, data) => void secret(it, name, data), () => changeSecret(it), () => void it.api.delete(Secrets, { namespace: it.namespace, name: 'deleted' }),
    (name) => ({ name, projected: { sources: [{ secret: { name, optional: true } }] } }));
});

function updates(volume: Volume): void {
  const it = startStorage();
  const { api, namespace } = it;
  configMap(it, 'changing', { 'data-1': 'value-1' });
  it.run({ volumes: [volume], mounts: mounted(volume.name), script: watchFile(`/etc/${volume.name}/data-1`) });
  it.prints('value-1');
  api.update(ConfigMaps, { ...api.get(ConfigMaps, { namespace, name: 'changing' }), data: { 'data-1': 'value-2' } });
  it.prints('value-2');
}
behaviour('storage-015', () => updates({ name: 'map', configMap: { name: 'changing' } }));
behaviour('storage-055', () => updates({ name: 'map', projected: { sources: [{ configMap: { name: 'changing' } }] } }));

function inTwoPlaces(volume: (name: string) => Volume): void {
  const it = startStorage();
  configMap(it, 'shared', { 'data-1': 'value-1' });
  expect(it.output({ volumes: [volume('one'), volume('two')], mounts: mounted('one', 'two'), script: 'cat /etc/one/data-1 /etc/two/data-1' })).toBe('value-1value-1');
}
behaviour('storage-013', () => inTwoPlaces((name) => ({ name, configMap: { name: 'shared' } })));
behaviour('storage-054', () => inTwoPlaces((name) => ({ name, projected: { sources: [{ configMap: { name: 'shared' } }] } })));

/** The downward API as a volume of its own and as a part of a projected one. */
const downward: readonly ((items: readonly DownwardAPIVolumeFile[]) => Volume)[] = [
  (items) => ({ name: 'info', downwardAPI: { items } }),
  (items) => ({ name: 'info', projected: { sources: [{ downwardAPI: { items } }] } }),
];
const amounts = { limits: { cpu: '1250m', memory: '64Mi' }, requests: { cpu: '250m', memory: '32Mi' } };
type AmountCase = { readonly ids: readonly [string, string]; readonly resource: string; readonly expected: string | undefined; readonly isLimited: boolean };
const amountCases: readonly AmountCase[] = [
  { ids: ['storage-016', 'storage-056'], resource: 'limits.cpu', expected: '2', isLimited: true },
  { ids: ['storage-017', 'storage-057'], resource: 'requests.cpu', expected: '1', isLimited: true },
  { ids: ['storage-018', 'storage-058'], resource: 'limits.memory', expected: '67108864', isLimited: true },
  { ids: ['storage-019', 'storage-059'], resource: 'requests.memory', expected: '33554432', isLimited: true },
  { ids: ['storage-020', 'storage-060'], resource: 'limits.cpu', expected: undefined, isLimited: false },
  { ids: ['storage-021', 'storage-061'], resource: 'limits.memory', expected: undefined, isLimited: false },
];
for (const [form, volume] of downward.entries()) {
  for (const { ids, resource, expected, isLimited } of amountCases) {
    behaviour(ids[form] ?? '', () => {
      const it = startStorage();
      const shown = it.output({
        volumes: [volume([{ path: 'amount', resourceFieldRef: { containerName: 'main', resource } }])], mounts: mounted('info'), script: 'cat /etc/info/amount',
        ...(isLimited && { container: { resources: amounts } }),
      });
      const { cpu = '', memory = '' } = it.api.get(Nodes, { name: 'node-1' }).status?.allocatable ?? {};
      const whole = resource === 'limits.cpu' ? cpu : String(Number(memory.replace('Gi', '')) * 2 ** 30);
      expect(shown).toBe(expected ?? whole);
    });
  }
  behaviour(['storage-022', 'storage-062'][form] ?? '', () => {
    expect(startStorage().output({ volumes: [volume([{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }])], mounts: mounted('info'), script: 'cat /etc/info/name' })).toBe('pod-under-test');
  });
  for (const [id, field] of [[['storage-025', 'storage-065'], 'annotations'], [['storage-026', 'storage-066'], 'labels']] as const) {
    behaviour(id[form] ?? '', () => {
      const it = startStorage();
      it.run({
        volumes: [volume([{ path: field, fieldRef: { fieldPath: `metadata.${field}` } }])], mounts: mounted('info'), script: watchFile(`/etc/info/${field}`), metadata: { [field]: { key1: 'value1' } },
      });
      it.prints('key1="value1"');
      it.api.patch(Pods, { namespace: it.namespace, name: 'pod-under-test' }, { metadata: { [field]: { key3: 'value3' } } });
      it.prints('key3="value3"');
    });
  }
}

const shared = (name: string, mountPath: string, script: string) => ({ name, image: 'busybox', command: ['sh', '-c', script], volumeMounts: [{ name: 'shared', mountPath }] });

behaviour('storage-027', () => {
  const it = startStorage();
  it.api.create(Pods, {
    metadata: { name: 'pod-under-test', namespace: it.namespace },
    spec: {
      restartPolicy: 'Never', volumes: [{ name: 'shared', emptyDir: {} }],
      containers: [
        shared('main', '/shared', 'until [ -f /shared/shared.txt ]; do sleep 1; done; cat /shared/shared.txt'),
        shared('sub', '/pod-data', 'echo Hello from the busy-box sub-container > /pod-data/shared.txt; sleep 30'),
      ],
    },
  });
  it.prints('Hello from the busy-box sub-container\n');
});

behaviour('storage-043', () => {
  const it = startStorage();
  secret(it, 'wrapped-secret', { 'data-1': 'secret-1' });
  configMap(it, 'wrapped-map', { 'data-1': 'map-1' });
  expect(it.output({
    volumes: [{ name: 'secret', secret: { secretName: 'wrapped-secret' } }, { name: 'map', configMap: { name: 'wrapped-map' } }], mounts: mounted('secret', 'map'),
    script: 'cat /etc/secret/data-1 /etc/map/data-1',
  })).toBe('secret-1map-1');
});

behaviour('storage-042', () => {
  const it = startStorage();
  const { api, namespace } = it;
  const names = Array.from({ length: 50 }, (_, i) => `racey-${i}`);
  for (const name of names) configMap(it, name, { 'data-1': 'value-1' });
  for (let round = 0; round < 3; round++) {
    const labels = { name: `wrapped-${round}` };
    api.create(ReplicationControllers, {
      metadata: { name: labels.name, namespace },
      spec: {
        replicas: 5, selector: labels,
        template: {
          metadata: { labels },
          spec: {
            volumes: names.map((name) => ({ name, configMap: { name, items: [{ key: 'data-1', path: 'data-1' }] } })),
            containers: [{ name: 'main', image: 'busybox', command: ['sleep', '10000'], volumeMounts: names.map((name) => ({ name, mountPath: `/etc/config-${name}` })) }],
          },
        },
      },
    });
    it.until('all run', () => api.list(Pods, namespace, { labelSelector: `name=${labels.name}` }).items.filter(({ status }) => status?.phase === 'Running').length === 5);
    api.delete(ReplicationControllers, { namespace, name: labels.name });
    it.until('all are gone', () => api.list(Pods, namespace, { labelSelector: `name=${labels.name}` }).items.length === 0);
  }
});

behaviour('storage-046', () => {
  const it = startStorage();
  configMap(it, 'map', { 'configmap-data': 'config value' });
  secret(it, 'secret', { 'secret-data': 'secret value' });
  const sources = [
    { downwardAPI: { items: [{ path: 'podname', fieldRef: { fieldPath: 'metadata.name' } }] } },
    { secret: { name: 'secret', items: [{ key: 'secret-data', path: 'secret-data' }] } },
    { configMap: { name: 'map', items: [{ key: 'configmap-data', path: 'configmap-data' }] } },
  ];
  expect(it.output({ volumes: [{ name: 'all', projected: { sources } }], mounts: mounted('all'), script: 'cat /etc/all/podname; echo; cat /etc/all/secret-data; echo; cat /etc/all/configmap-data' }))
    .toBe('pod-under-test\nsecret value\nconfig value');
});

function subPath(volume: (it: StorageTest) => Volume, path: string, content: string, mountPath = '/test-volume/file'): void {
  const it = startStorage();
  expect(it.output({ volumes: [volume(it)], mounts: [{ name: 'data', mountPath, subPath: path }], script: `cat ${mountPath}` })).toBe(content);
}
const fromMap = (it: StorageTest): Volume => { configMap(it, 'my-configmap', { 'configmap-key': 'configmap-value' }); return { name: 'data', configMap: { name: 'my-configmap' } }; };
behaviour('storage-084', () => subPath(fromMap, 'configmap-key', 'configmap-value'));
behaviour('storage-085', () => subPath(fromMap, 'configmap-key', 'configmap-value', '/etc/resolv.conf'));
const fromPod: Volume = { name: 'data', downwardAPI: { items: [{ path: 'downward/podname', fieldRef: { fieldPath: 'metadata.name' } }] } };
behaviour('storage-086', () => subPath(() => fromPod, 'downward/podname', 'pod-under-test'));
behaviour('storage-087', () => subPath((it) => {
  configMap(it, 'my-configmap', { 'configmap-key': 'configmap-value' });
  return { name: 'data', projected: { sources: [{ configMap: { name: 'my-configmap', items: [{ key: 'configmap-key', path: 'projected/configmap-key' }] } }] } };
}, 'projected/configmap-key', 'configmap-value'));
behaviour('storage-088', () => subPath((it) => {
  secret(it, 'my-secret', { 'secret-key': 'secret-value' });
  return { name: 'data', secret: { secretName: 'my-secret' } };
}, 'secret-key', 'secret-value'));
