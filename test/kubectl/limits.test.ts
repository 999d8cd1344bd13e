import { expect, test } from 'vitest';
import { World } from './world';

const manifests = `apiVersion: v1
kind: ResourceQuota
metadata: {name: q}
spec: {hard: {pods: "5", requests.cpu: "2"}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: l}
spec: {limits: [{type: Container, max: {cpu: "2"}, default: {cpu: "1"}}]}
`;

test('describe tells of quotas and limits', async () => {
  const world = new World({ 'm.yaml': manifests });
  await world.run('apply -f m.yaml');
  world.client.patch({ resource: 'resourcequotas', group: '', version: 'v1', apiVersion: 'v1', kind: 'ResourceQuota', namespaced: true }, { namespace: 'default', name: 'q' },
    { status: { hard: { pods: '5', 'requests.cpu': '2' }, used: { pods: '1', 'requests.cpu': '500m' } } }, 'merge', 'status');
  expect((await world.run('describe quota q')).out).toBe(`Name:         q
Namespace:    default
Resource      Used  Hard
--------      ----  ----
pods          1     5
requests.cpu  500m  2
`);
  expect((await world.run('describe limits l')).out).toBe(`Name:       l
Namespace:  default
Type        Resource  Min  Max  Default Request  Default Limit  Max Limit/Request Ratio
----        --------  ---  ---  ---------------  -------------  -----------------------
Container   cpu       -    2    1                1              -
`);
});

const set = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "redis:8"}]}
`;

test('rollout history and undo know the revisions of a StatefulSet', async () => {
  const world = new World({ 's.yaml': set });
  await world.run('apply -f s.yaml');
  const kind = { resource: 'controllerrevisions.apps', group: 'apps', version: 'v1', apiVersion: 'apps/v1', kind: 'ControllerRevision', namespaced: true };
  const owner = world.client.get({ ...kind, resource: 'statefulsets.apps', kind: 'StatefulSet' }, { namespace: 'default', name: 'db' });
  const { uid } = owner.metadata;
  for (const [i, image] of ['redis:7', 'redis:8'].entries()) {
    const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image }] }, $patch: 'replace' };
    world.server.call({
      verb: 'create', resource: kind.resource, namespace: 'default', user: { name: 'a', groups: ['system:masters'] },
      body: {
        ...kind, resource: undefined, group: undefined, version: undefined, namespaced: undefined, revision: i + 1, data: { spec: { template } },
        metadata: { name: `db-${i}`, labels: { app: 'db' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid, controller: true }] },
      },
    });
  }
  expect((await world.run('rollout history sts/db')).out).toBe('statefulset.apps/db \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n');
  expect((await world.run('rollout history sts/db --revision=1')).out).toContain('Image:\tredis:7');
  expect((await world.run('rollout undo sts/db')).out).toBe('statefulset.apps/db rolled back\n');
  expect((await world.run('get sts db -o jsonpath={.spec.template.spec.containers[0].image}')).out).toBe('redis:7');
  expect((await world.run('rollout undo sts/db --to-revision=9')).err).toContain('unable to find specified revision 9 in history');
});
