import { describe, expect, test } from 'vitest';
import { ConfigMaps } from '../../src/kinds/core/configmap';
import { Secrets } from '../../src/kinds/core/secret';
import { Services } from '../../src/kinds/core/service';
import type { Container, PodSpec } from '../../src/schema/types';
import { startWorld, type World } from './world';

const at = (name: string) => ({ namespace: 'default', name });
const config = (world: World, data: Readonly<Record<string, string>>, name = 'settings') => world.client.create(ConfigMaps, { metadata: at(name), data });
/** The environment a container of this pod is given. */
const print = { name: 'c', image: 'test/env:1' };

function envOf(world: World, container: Partial<Container>, rest: Partial<PodSpec> = {}): Readonly<Record<string, string>> {
  world.create({ containers: [{ ...print, ...container }], ...rest });
  world.seconds(10);
  return JSON.parse(world.connect({}) || '{}') as Record<string, string>;
}

describe('environment', () => {
  test('holds values, references, and what they are expanded to', () => {
    const world = startWorld();
    config(world, { level: 'debug', color: 'blue' });
    world.client.create(Secrets, { metadata: at('credentials'), data: { password: btoa('geheim') } });
    const env = envOf(world, {
      resources: { limits: { cpu: '1500m', memory: '64Mi' } },
      envFrom: [{ configMapRef: { name: 'settings' }, prefix: 'CFG_' }, { configMapRef: { name: 'missing', optional: true } }],
      env: [
        { name: 'PLAIN', value: 'x' }, { name: 'EXPANDED', value: '$(PLAIN)-$(CFG_level)-$(NOPE)-$$(PLAIN)' },
        { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'credentials', key: 'password' } } },
        { name: 'NONE', valueFrom: { secretKeyRef: { name: 'credentials', key: 'nothing', optional: true } } },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }, { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }, { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      ],
    });
    expect(env).toMatchObject({
      CFG_level: 'debug', CFG_color: 'blue', PLAIN: 'x', EXPANDED: 'x-debug-$(NOPE)-$(PLAIN)', LEVEL: 'debug', PASSWORD: 'geheim',
      POD: 'p', IP: '10.244.0.2', NODE: 'node-1', APP: 'p', CPU: '2', MEMORY: '64', HOSTNAME: 'p', KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443',
    });
    expect(env).not.toHaveProperty('NONE');
  });

  test('tells of the services that were there before, unless the pod does not want that', () => {
    const world = startWorld();
    world.client.create(Services, { metadata: at('my-db'), spec: { clusterIP: '10.96.0.77', ports: [{ name: 'sql', port: 5432 }] } });
    const env = envOf(world, {});
    expect(env).toMatchObject({
      MY_DB_SERVICE_HOST: '10.96.0.77', MY_DB_SERVICE_PORT: '5432', MY_DB_SERVICE_PORT_SQL: '5432', MY_DB_PORT: 'tcp://10.96.0.77:5432', MY_DB_PORT_5432_TCP: 'tcp://10.96.0.77:5432',
      MY_DB_PORT_5432_TCP_PROTO: 'tcp', MY_DB_PORT_5432_TCP_PORT: '5432', MY_DB_PORT_5432_TCP_ADDR: '10.96.0.77',
    });
    const other = startWorld();
    other.client.create(Services, { metadata: at('my-db'), spec: { clusterIP: '10.96.0.77', ports: [{ port: 5432 }] } });
    const without = envOf(other, {}, { enableServiceLinks: false });
    expect(without).not.toHaveProperty('MY_DB_SERVICE_HOST');
    expect(without).toHaveProperty('KUBERNETES_SERVICE_HOST');
  });

  test('that refers to nothing keeps the container from starting until it is there', () => {
    const world = startWorld();
    world.create({ containers: [{ ...print, env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } }] }] });
    world.seconds(5);
    expect(world.container().state?.waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' });
    expect(world.events()).toContain('Failed: Error: configmap "settings" not found');
    expect(() => world.connect({})).toThrow('container "c" in pod "p" is waiting to start: CreateContainerConfigError');
    const made = config(world, { other: '1' });
    world.seconds(12);
    expect(world.container().state?.waiting?.message).toBe("couldn't find key level in ConfigMap default/settings");
    world.client.update(ConfigMaps, { ...made, data: { level: 'info' } });
    world.seconds(12);
    expect(world.status().phase).toBe('Running');
    expect(world.container().restartCount).toBe(0);
  });
});

describe('volumes', () => {
  test('show ConfigMaps as files, which follow it, and share an emptyDir', () => {
    const world = startWorld();
    const made = config(world, { 'app.conf': 'a=1', extra: 'x' });
    const files = { name: 'files', image: 'test/files:1' };
    world.create({
      volumes: [
        { name: 'cfg', configMap: { name: 'settings', items: [{ key: 'app.conf', path: 'conf/app' }] } }, { name: 'tmp', emptyDir: {} },
        { name: 'me', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      ],
      containers: [{
        ...files, volumeMounts: [
          { name: 'cfg', mountPath: '/cfg' }, { name: 'tmp', mountPath: '/tmp' }, { name: 'tmp', mountPath: '/data' },
          { name: 'me', mountPath: '/me' }, { name: 'cfg', mountPath: '/etc/one', subPath: 'conf/app' },
        ],
      }],
    });
    world.seconds(10);
    const look = (path: string) => world.http('10.244.0.2', 'GET', path);
    expect(look('/cfg/conf/app')).toBe('a=1');
    expect(look('/etc/one')).toBe('a=1');
    expect(look('/me/labels')).toBe('app="p"');
    world.client.update(ConfigMaps, { ...made, data: { 'app.conf': 'a=2' } });
    world.seconds(1);
    expect(look('/cfg/conf/app')).toBe('a=2');
    world.http('10.244.0.2', 'PUT', '/tmp/shared', 'hello');
    expect(look('/data/shared')).toBe('hello');
  });

  test('whose source is missing keep the pod in ContainerCreating, with an event', () => {
    const world = startWorld();
    world.create({ volumes: [{ name: 'cfg', configMap: { name: 'settings' } }], containers: [{ ...print, volumeMounts: [{ name: 'cfg', mountPath: '/cfg' }] }] });
    world.seconds(20);
    expect(world.container().state?.waiting?.reason).toBe('ContainerCreating');
    expect(world.events()).toEqual(['FailedMount: MountVolume.SetUp failed for volume "cfg" : configmap "settings" not found']);
    config(world, { a: '1' });
    world.seconds(20);
    expect(world.status().phase).toBe('Running');
  });

  test('that are not emulated are refused by name', () => {
    const world = startWorld();
    world.create({ volumes: [{ name: 'data', nfs: { server: 's', path: '/' } }], containers: [print] });
    world.seconds(5);
    expect(world.events()).toEqual(['FailedMount: MountVolume.SetUp failed for volume "data" : nfs volumes are not emulated']);
  });
});

test('a container may leave a message when it ends', () => {
  const world = startWorld();
  world.create({
    restartPolicy: 'Never', containers: [
      { name: 'c', image: 'test/last-words:1', args: ['out of coffee'] },
      { name: 'log', image: 'test/exit:1', args: ['1', '0'], terminationMessagePolicy: 'FallbackToLogsOnError' },
    ],
  });
  world.seconds(5);
  expect(world.container('c').state?.terminated?.message).toBe('out of coffee');
  expect(world.container('log').state?.terminated?.message).toBe('run 0');
});
