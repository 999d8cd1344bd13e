import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApiRequest, KubeObject, User } from '../../../src/api/types';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Pods } from '../../../src/kinds/core/pod';
import type { ManagedFieldsEntry } from '../../../src/schema/types';
import { startServer } from '../start';

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters'] };
const place = { resource: 'configmaps', namespace: 'default', name: 'c' };
type World = ReturnType<typeof startServer>;
const call = ({ server }: World, request: Omit<ApiRequest, 'user'>, user = admin): KubeObject => server.call({ ...request, user }).body as KubeObject;
const owners = (world: World, where: Pick<ApiRequest, 'resource' | 'namespace' | 'name'> = place): readonly ManagedFieldsEntry[] =>
  call(world, { verb: 'get', ...where, managedFields: true }).metadata.managedFields ?? [];
const configMap = (data: Readonly<Record<string, string>>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' }, data });
const create = (world: World, data: Readonly<Record<string, string>>, fieldManager = 'maker'): KubeObject =>
  call(world, { verb: 'create', resource: 'configmaps', namespace: 'default', body: configMap(data), options: { fieldManager } });
const patch = (world: World, body: unknown, fieldManager: string): KubeObject => call(world, { verb: 'patch', ...place, patchType: 'merge', body, options: { fieldManager } });

describe('who owns what', () => {
  test('is shown to those who ask, and to nobody else', () => {
    const world = startServer();
    expect(create(world, { a: '1' }).metadata.managedFields).toBeUndefined();
    expect(call(world, { verb: 'get', ...place }).metadata.managedFields).toBeUndefined();
    expect(owners(world)).toEqual([{
      manager: 'maker', operation: 'Update', apiVersion: 'v1', time: expect.any(String), fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
    }]);
  });

  test.each([
    ['system:kube-controller-manager', 'kube-controller-manager'], ['system:kube-scheduler', 'kube-scheduler'], ['system:node:node-1', 'kubelet'],
    ['system:serviceaccount:kube-system:deployment-controller', 'kube-controller-manager'], ['system:serviceaccount:kube-system:coredns', 'coredns'], ['alice', 'unknown'],
  ])('%s writes as %s', (name, manager) => {
    const world = startServer();
    call(world, { verb: 'create', resource: 'configmaps', namespace: 'default', body: configMap({ a: '1' }) }, { name, groups: [] });
    expect(owners(world).map((entry) => entry.manager)).toEqual([manager]);
  });

  test('the first word of the User-Agent is the manager of a write that names none', () => {
    const world = startServer();
    call(world, { verb: 'create', resource: 'configmaps', namespace: 'default', body: configMap({ a: '1' }), userAgent: 'helm/v4.1 (linux)' });
    expect(owners(world).map(({ manager }) => manager)).toEqual(['helm']);
  });

  test('a status is owned by whoever wrote it, as a subresource; what the server or a binding sets is nobody\'s', () => {
    const world = startServer();
    const pod = { metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } };
    call(world, { verb: 'create', resource: 'pods', namespace: 'default', body: { ...pod, apiVersion: 'v1', kind: 'Pod' }, options: { fieldManager: 'maker' } });
    const where = { resource: 'pods', namespace: 'default', name: 'p' };
    world.client.create(Pods, { metadata: { name: 'p', namespace: 'default' }, target: { kind: 'Node', name: 'n' } } as never, 'binding');
    call(world, { verb: 'patch', ...where, subresource: 'status', patchType: 'merge', body: { status: { phase: 'Running' } } }, { name: 'system:node:n', groups: [] });
    const found = owners(world, where);
    expect(found.map(({ manager, subresource }) => [manager, subresource])).toEqual([['kubelet', 'status'], ['maker', undefined]]);
    expect(found[0]?.fieldsV1).toEqual({ 'f:status': { 'f:phase': {} } });
    expect(JSON.stringify(found)).not.toContain('f:nodeName');
  });

  test('of more than ten writers the oldest become ancient-changes', () => {
    const world = startServer();
    create(world, { a: '1' });
    for (let i = 0; i < 12; i++) { world.clock.advanceBy(1_000); patch(world, { data: { [`k${i}`]: '1' } }, `writer-${i}`); }
    const found = owners(world);
    expect(found.map(({ manager }) => manager)).toEqual(['ancient-changes', ...Array.from({ length: 9 }, (_, i) => `writer-${i + 3}`)]);
    expect(found[0]?.fieldsV1).toEqual({ 'f:data': { '.': {}, 'f:a': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {} } });
  });

  test('a client may clear the list, and then nobody is noted until somebody applies', () => {
    const world = startServer();
    create(world, { a: '1' });
    patch(world, { metadata: { managedFields: [{}] } }, 'cleaner');
    patch(world, { data: { b: '2' } }, 'later');
    expect(owners(world)).toEqual([]);
    call(world, { verb: 'patch', ...place, patchType: 'apply', body: configMap({ c: '3' }), options: { fieldManager: 'applier' } });
    expect(owners(world).map(({ manager, operation }) => [manager, operation])).toEqual([['applier', 'Apply'], ['before-first-apply', 'Update']]);
  });

  test('an update that does not know the list leaves it alone', () => {
    const world = startServer();
    const made = create(world, { a: '1' });
    call(world, { verb: 'update', ...place, body: { ...made, data: { a: '1', b: '2' } }, options: { fieldManager: 'editor' } });
    expect(owners(world).map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([['editor', { 'f:data': { 'f:b': {} } }], ['maker', { 'f:data': { '.': {}, 'f:a': {} } }]]);
  });
});

type Write = { readonly key: string; readonly value: string | null; readonly manager: string; readonly afterMs: number };
const write: fc.Arbitrary<Write> = fc.record({
  key: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2', null), manager: fc.constantFrom('x', 'y', 'z'), afterMs: fc.constantFrom(0, 1_000),
});

test('it is the same whether it is worked out at every write or once at the end', () => {
  fc.assert(fc.property(fc.array(write, { maxLength: 20 }), (writes) => {
    const play = (each: (world: World) => unknown): readonly ManagedFieldsEntry[] => {
      const world = startServer();
      create(world, { a: '0' });
      for (const { key, value, manager, afterMs } of writes) {
        world.clock.advanceBy(afterMs);
        // As a component, whose patches do not look at the owners.
        call(world, { verb: 'patch', ...place, patchType: 'merge', body: { data: { [key]: value } }, options: { fieldManager: manager }, cause: { component: 'c', key: 'k', revision: 1 } });
        each(world);
      }
      return owners(world);
    };
    expect(play(() => undefined)).toEqual(play(owners));
  }), { numRuns: 30 });
});

test('hundreds of writes of one object are worked out in between', () => {
  const world = startServer();
  create(world, { a: '0' });
  const before = world.client.get(ConfigMaps, { namespace: 'default', name: 'c' });
  for (let i = 1; i <= 350; i++) world.client.because({ component: 'c', key: 'k', revision: 1 }).patch(ConfigMaps, before.metadata, { data: { n: String(i) } });
  expect(owners(world).map(({ fieldsV1 }) => fieldsV1)).toEqual([{ 'f:data': { '.': {}, 'f:a': {} } }, { 'f:data': { 'f:n': {} } }]);
});
