import { describe, expect } from 'vitest';
import { StatusError } from '../../../src/api/status';
import { ReplicaSets } from '../../../src/kinds/apps/replicaset';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Pods } from '../../../src/kinds/core/pod';
import { ReplicationControllers } from '../../../src/kinds/core/replicationcontroller';
import { ResourceQuotas } from '../../../src/kinds/core/resourcequota';
import { Secrets } from '../../../src/kinds/core/secret';
import { Services } from '../../../src/kinds/core/service';
import type { ResourceQuota } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { found, refusal, startConformance, type Framework } from '../framework';

type Amounts = Readonly<Record<string, string>>;
const name = 'test-quota';

/** The quota of upstream's tests: a little of everything. */
const hard: Amounts = {
  pods: '5', services: '10', 'services.nodeports': '1', 'services.loadbalancers': '1', replicationcontrollers: '10', resourcequotas: '1',
  cpu: '1', memory: '500Mi', configmaps: '10', secrets: '10', persistentvolumeclaims: '10', 'requests.storage': '10Gi', 'ephemeral-storage': '50Gi',
  'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '10', 'gold.storageclass.storage.k8s.io/requests.storage': '10Gi',
  'requests.example.com/dongle': '3', 'count/replicasets.apps': '5', 'count/pods': '5',
};

function withQuota(framework: Framework, limits: Amounts = hard, rest: Partial<ResourceQuota['spec']> = {}, called = name): ResourceQuota {
  const { api, namespace, until } = framework;
  api.create(ResourceQuotas, { metadata: { name: called, namespace }, spec: { hard: limits, ...rest } });
  return until('the status of the quota is told', () => {
    const quota = api.get(ResourceQuotas, { namespace, name: called });
    return quota.status?.hard !== undefined && Object.keys(limits).every((each) => quota.status?.used?.[each] !== undefined) && quota;
  });
}

/** Waits until the quota says that this much is used. */
function uses({ api, namespace, until }: Framework, used: Amounts, called = name): void {
  until(`${called} uses ${JSON.stringify(used)}`, () => {
    const { status } = api.get(ResourceQuotas, { namespace, name: called });
    return Object.entries(used).every(([resource, amount]) => status?.used?.[resource] === amount);
  }, 60_000);
}

const usedOf = ({ api, namespace }: Framework): Amounts => api.get(ResourceQuotas, { namespace, name }).status?.used ?? {};
const more = (used: Amounts, resource: string): Amounts => ({ [resource]: String(Number(used[resource]) + 1) });
const pod = (namespace: string, called: string, requests: Amounts, limits: Amounts = {}, spec: object = {}) => ({
  metadata: { name: called, namespace },
  spec: { containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.10', resources: { requests, limits } }], ...spec },
});
const isForbidden = (work: () => unknown): boolean => StatusError.is(refusal(work), 'Forbidden');
const now = { gracePeriodSeconds: 0 };
const labels = { name: 'quota-workload' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } };

describe('resource quota', () => {
  behaviour('api-machinery-083', () => {
    const framework = startConformance();
    const { status } = withQuota(framework);
    expect(status?.hard).toEqual(hard);
    expect(status?.used).toMatchObject({ resourcequotas: '1' });
  });

  behaviour('api-machinery-082', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    withQuota(framework);
    const service = (called: string, type: string) => ({ metadata: { name: called, namespace }, spec: { type, ports: [{ port: 80, targetPort: 80 }] } });
    api.create(Services, service('test-service', 'ClusterIP'));
    api.create(Services, service('test-service-np', 'NodePort'));
    expect(isForbidden(() => api.create(Services, service('test-service-lb', 'LoadBalancer')))).toBe(true);
    uses(framework, { services: '2', 'services.nodeports': '1', 'services.loadbalancers': '0' });
    for (const called of ['test-service', 'test-service-np']) api.delete(Services, { namespace, name: called });
    uses(framework, { services: '0', 'services.nodeports': '0', 'services.loadbalancers': '0' });
  });

  behaviour('api-machinery-081', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    withQuota(framework);
    const before = usedOf(framework);
    api.create(Secrets, { metadata: { name: 'test-secret', namespace }, data: { 'data-1': 'dmFsdWUtMQo=' } });
    uses(framework, more(before, 'secrets'));
    api.delete(Secrets, { namespace, name: 'test-secret' });
    uses(framework, { secrets: before['secrets'] ?? '' });
  });

  behaviour('api-machinery-078', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    withQuota(framework);
    const dongle = 'example.com/dongle';
    const requests = { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', [dongle]: '2' };
    const used = { pods: '1', cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', 'requests.example.com/dongle': '2', 'count/pods': '1' };
    const made = api.create(Pods, pod(namespace, 'test-pod', requests, { [dongle]: '2' }));
    uses(framework, used);
    expect(isForbidden(() => api.create(Pods, pod(namespace, 'fail-pod', { cpu: '600m', memory: '100Mi' })))).toBe(true);
    expect(isForbidden(() => api.create(Pods,
      pod(namespace, 'fail-pod-for-extended-resource', { cpu: '500m', memory: '100Mi', 'ephemeral-storage': '10Gi', [dongle]: '2' }, { [dongle]: '2' })))).toBe(true);
    const [container] = made.spec.containers;
    const grown = { ...made, spec: { ...made.spec, containers: [{ ...container, name: 'pause', resources: { requests: { ...requests, cpu: '100m', memory: '100Mi' }, limits: { [dongle]: '2' } } }] } };
    expect(refusal(() => api.update(Pods, grown)).code).toBeGreaterThanOrEqual(400);
    uses(framework, used);
    api.delete(Pods, { namespace, name: 'test-pod' }, now);
    uses(framework, { pods: '0', cpu: '0', memory: '0', 'ephemeral-storage': '0', 'requests.example.com/dongle': '0', 'count/pods': '0' });
  });

  behaviour('api-machinery-077', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    until('the root certificate is published', () => api.list(ConfigMaps, namespace).items.length > 0);
    withQuota(framework);
    const before = usedOf(framework);
    api.create(ConfigMaps, { metadata: { name: 'test-configmap', namespace }, data: { a: 'b' } });
    uses(framework, more(before, 'configmaps'));
    api.delete(ConfigMaps, { namespace, name: 'test-configmap' });
    uses(framework, { configmaps: before['configmaps'] ?? '' });
  });

  behaviour('api-machinery-080', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    withQuota(framework);
    api.create(ReplicationControllers, { metadata: { name: 'test-rc', namespace }, spec: { replicas: 0, selector: labels, template } });
    uses(framework, { replicationcontrollers: '1' });
    api.delete(ReplicationControllers, { namespace, name: 'test-rc' }, { propagationPolicy: 'Orphan' });
    uses(framework, { replicationcontrollers: '0' });
  });

  behaviour('api-machinery-079', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    withQuota(framework);
    api.create(ReplicaSets, { metadata: { name: 'test-rs', namespace }, spec: { replicas: 0, selector: { matchLabels: labels }, template } });
    uses(framework, { 'count/replicasets.apps': '1' });
    api.delete(ReplicaSets, { namespace, name: 'test-rs' });
    uses(framework, { 'count/replicasets.apps': '0' });
  });

  behaviour('api-machinery-086', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    const limits = { pods: '5', 'requests.cpu': '1', 'requests.memory': '500Mi', 'limits.cpu': '2', 'limits.memory': '1Gi' };
    const scopes = { Terminating: 'quota-terminating', NotTerminating: 'quota-not-terminating' };
    for (const [scope, called] of Object.entries(scopes)) withQuota(framework, limits, { scopes: [scope] }, called);
    const none = { pods: '0', 'requests.cpu': '0', 'requests.memory': '0', 'limits.cpu': '0', 'limits.memory': '0' };
    const one = { pods: '1', 'requests.cpu': '500m', 'requests.memory': '200Mi', 'limits.cpu': '1', 'limits.memory': '400Mi' };
    const run = (called: string, spec: object, counting: string, ignoring: string) => {
      api.create(Pods, pod(namespace, called, { cpu: '500m', memory: '200Mi' }, { cpu: '1', memory: '400Mi' }, spec));
      uses(framework, one, counting);
      uses(framework, none, ignoring);
      api.delete(Pods, { namespace, name: called }, now);
      uses(framework, none, counting);
    };
    run('test-pod', {}, scopes.NotTerminating, scopes.Terminating);
    run('terminating-pod', { activeDeadlineSeconds: 3_600 }, scopes.Terminating, scopes.NotTerminating);
  });

  behaviour('api-machinery-085', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    for (const [scope, called] of [['BestEffort', 'quota-besteffort'], ['NotBestEffort', 'quota-not-besteffort']] as const) withQuota(framework, { pods: '5' }, { scopes: [scope] }, called);
    const run = (called: string, requests: Amounts, counting: string, ignoring: string) => {
      api.create(Pods, pod(namespace, called, requests));
      uses(framework, { pods: '1' }, counting);
      uses(framework, { pods: '0' }, ignoring);
      api.delete(Pods, { namespace, name: called }, now);
      uses(framework, { pods: '0' }, counting);
    };
    run('besteffort-pod', {}, 'quota-besteffort', 'quota-not-besteffort');
    run('burstable-pod', { cpu: '500m', memory: '200Mi' }, 'quota-not-besteffort', 'quota-besteffort');
  });

  behaviour('api-machinery-076', () => {
    const { api, namespace, until } = startConformance();
    const place = { namespace, name };
    api.create(ResourceQuotas, { metadata: place, spec: { hard: { cpu: '1', memory: '500Mi' } } });
    expect(api.get(ResourceQuotas, place).spec?.hard).toEqual({ cpu: '1', memory: '500Mi' });
    const wanted = { cpu: '2', memory: '1Gi' };
    api.update(ResourceQuotas, { ...api.get(ResourceQuotas, place), spec: { hard: wanted } });
    expect(api.get(ResourceQuotas, place).spec?.hard).toEqual(wanted);
    api.delete(ResourceQuotas, place);
    until('it is gone', () => found(() => api.get(ResourceQuotas, place)) === undefined);
  });

  behaviour('api-machinery-084', () => {
    const { api, namespace, until } = startConformance();
    const labelSelector = `${name}=patched`;
    api.create(ResourceQuotas, { metadata: { name, namespace, labels: { [name]: 'new' } }, spec: { hard: { cpu: '1', memory: '500Mi' } } });
    expect(api.list(ResourceQuotas, undefined, { labelSelector: `${name}=new` }).items).toHaveLength(1);
    const patched = api.patch(ResourceQuotas, { namespace, name }, { metadata: { labels: { [name]: 'patched' } }, spec: { hard: { memory: '750Mi' } } });
    expect(patched.metadata.labels).toEqual({ [name]: 'patched' });
    expect(patched.spec?.hard).toEqual({ cpu: '1', memory: '750Mi' });
    api.deleteCollection(ResourceQuotas, namespace, { labelSelector });
    until('all are gone', () => api.list(ResourceQuotas, namespace, { labelSelector }).items.length === 0);
  });

  behaviour('api-machinery-075', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    const place = { namespace, name };
    const limits = { cpu: '500m', memory: '500Mi' };
    withQuota(framework, limits);
    const watched = api.watch(ResourceQuotas, namespace);
    const quota = api.get(ResourceQuotas, place, 'status');
    const updated = api.update(ResourceQuotas, { ...quota, status: { ...quota.status, hard: { cpu: '600m', memory: '1Gi' } } }, 'status');
    expect(updated.status?.hard).toEqual({ cpu: '600m', memory: '1Gi' });
    expect(updated.spec?.hard).toEqual(limits);
    until('the change is seen', () => watched.events.some(({ object }) => object.status?.hard?.['memory'] === '1Gi'));
    until('the status is the spec’s again', () => api.get(ResourceQuotas, place).status?.hard?.['memory'] === '500Mi', 60_000);
    api.patch(ResourceQuotas, place, { status: { hard: { memory: '2Gi' } } }, 'merge', 'status');
    until('the patch is seen', () => watched.events.some(({ object }) => object.status?.hard?.['memory'] === '2Gi'));
    until('the status is the spec’s again', () => api.get(ResourceQuotas, place).status?.hard?.['memory'] === '500Mi', 60_000);
    expect(api.get(ResourceQuotas, place).spec?.hard).toEqual(limits);
    watched.subscription.unsubscribe();
  });
});
