import { describe, expect, test } from 'vitest';
import { resourceQuota } from '../../../src/apiserver/admission/resource-quota';
import type { Attributes } from '../../../src/apiserver/admission/types';
import { alwaysAllow } from '../../../src/apiserver/authorization/types';
import { Storage } from '../../../src/apiserver/storage';
import type { Draft } from '../../../src/api/types';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Nodes } from '../../../src/kinds/core/node';
import { PersistentVolumeClaims } from '../../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../../src/kinds/core/pod';
import { ResourceQuotas } from '../../../src/kinds/core/resourcequota';
import { Secrets } from '../../../src/kinds/core/secret';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import { stockCatalog } from '../../../src/kinds/registry';
import { PriorityClasses } from '../../../src/kinds/scheduling/priorityclass';
import { StorageClasses } from '../../../src/kinds/storage/storageclass';
import type { Pod } from '../../../src/schema/types';
import { Store } from '../../../src/store/store';
import { admin, refusal, startServer } from '../start';

const place = (name: string) => ({ name, namespace: 'default' });
const pod = (spec: object = {}, annotations?: Readonly<Record<string, string>>): Draft<Pod> =>
  ({ metadata: { ...place('p'), ...(annotations && { annotations }) }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }], ...spec } });

describe('RuntimeClass', () => {
  const withClass = (rest: object) => {
    const started = startServer();
    started.call({ verb: 'create', resource: 'runtimeclasses.node.k8s.io', body: { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'sandboxed' }, handler: 'gvisor', ...rest } });
    return started;
  };

  test('gives a pod its overhead, node selector and tolerations', () => {
    const toleration = { key: 'gvisor', operator: 'Exists' };
    const { client } = withClass({ overhead: { podFixed: { cpu: '250m' } }, scheduling: { nodeSelector: { runtime: 'gvisor' }, tolerations: [toleration] } });
    const { spec } = client.create(Pods, pod({ runtimeClassName: 'sandboxed', nodeSelector: { disk: 'ssd' } }));
    expect(spec).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { disk: 'ssd', runtime: 'gvisor' } });
    expect(spec.tolerations).toContainEqual(toleration);
  });

  test('refuses what does not fit', () => {
    const { client } = withClass({ scheduling: { nodeSelector: { disk: 'hdd' } } });
    const told = (spec: object) => refusal(() => client.create(Pods, pod(spec))).message;
    expect(told({ runtimeClassName: 'none' })).toBe('pods "p" is forbidden: pod rejected: RuntimeClass "none" not found');
    expect(told({ runtimeClassName: 'sandboxed', nodeSelector: { disk: 'ssd' } }))
      .toBe('pods "p" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[disk] = hdd; pod.spec.nodeSelector[disk] = ssd');
    expect(told({ overhead: { cpu: '1' } })).toBe('pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  });
});

describe('PersistentVolumeClaimResize', () => {
  const grown = (allowVolumeExpansion: boolean, phase: string) => {
    const { client } = startServer();
    client.create(StorageClasses, { metadata: { name: 's' }, provisioner: 'p', allowVolumeExpansion });
    const claim = client.create(PersistentVolumeClaims, { metadata: place('c'), spec: { accessModes: ['ReadWriteOnce'], storageClassName: 's', resources: { requests: { storage: '1Gi' } } } });
    client.update(PersistentVolumeClaims, { ...claim, status: { phase } }, 'status');
    return () => client.patch(PersistentVolumeClaims, claim.metadata, { spec: { resources: { requests: { storage: '2Gi' } } } });
  };

  test('lets a bound claim grow where its class allows that', () => {
    expect(grown(true, 'Bound')().spec.resources?.requests).toEqual({ storage: '2Gi' });
    expect(refusal(grown(false, 'Bound')).message).toContain('only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
  });
});

describe('PodTopologyLabels', () => {
  test('a pod learns its node’s zone and region when it is bound', () => {
    const { client, call } = startServer();
    client.create(Nodes, { metadata: { name: 'n', labels: { 'topology.kubernetes.io/zone': 'a', 'topology.kubernetes.io/region': 'r' } }, spec: {} });
    const made = client.create(Pods, { ...pod(), metadata: { ...place('p'), labels: { app: 'x' } } });
    call({ verb: 'create', resource: 'pods', subresource: 'binding', ...place('p'), body: { apiVersion: 'v1', kind: 'Binding', metadata: place('p'), target: { kind: 'Node', name: 'n' } } });
    expect(client.get(Pods, made.metadata).metadata.labels).toEqual({ app: 'x', 'topology.kubernetes.io/zone': 'a', 'topology.kubernetes.io/region': 'r' });
  });
});

describe('ServiceAccount', () => {
  test('holds an account to the secrets it lists, if it says so', () => {
    const { client } = startServer();
    client.create(Secrets, { metadata: place('mine'), type: 'Opaque' });
    client.create(ServiceAccounts, { metadata: { ...place('strict'), annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } }, secrets: [{ name: 'mine' }] });
    const using = (secretName: string) => pod({ serviceAccountName: 'strict', volumes: [{ name: 'v', secret: { secretName } }] });
    expect(refusal(() => client.create(Pods, using('other'))).message)
      .toBe('pods "p" is forbidden: volume with secret.secretName="other" is not allowed because service account strict does not reference that secret');
    expect(client.create(Pods, using('mine')).metadata.name).toBe('p');
  });

  test('a mirror pod uses nothing of the API server', () => {
    const { client } = startServer();
    const mirror = { 'kubernetes.io/config.mirror': 'x' };
    expect(refusal(() => client.create(Pods, pod({ nodeName: 'n', volumes: [{ name: 'v', secret: { secretName: 's' } }] }, mirror))).message)
      .toBe('pods "p" is forbidden: a mirror pod may not reference secrets');
  });
});

describe('Priority', () => {
  test('the policy of preemption is the class’s own', () => {
    const { client } = startServer();
    client.create(PriorityClasses, { metadata: { name: 'c' }, value: 5, preemptionPolicy: 'Never' });
    expect(refusal(() => client.create(Pods, pod({ priorityClassName: 'c', preemptionPolicy: 'PreemptLowerPriority' }))).message).toContain(
      'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name');
  });

  test('an update that leaves the priority out keeps it', () => {
    const { client } = startServer();
    client.create(PriorityClasses, { metadata: { name: 'c' }, value: 5 });
    const made = client.create(Pods, pod({ priorityClassName: 'c' }));
    const { priority: _priority, preemptionPolicy: _policy, ...spec } = made.spec;
    expect(client.update(Pods, { ...made, spec }).spec).toMatchObject({ priority: 5, preemptionPolicy: 'PreemptLowerPriority' });
  });
});

describe('ResourceQuota', () => {
  test('notes nothing when what it allowed is refused later', () => {
    const { client } = startServer();
    const quota = client.create(ResourceQuotas, { metadata: place('q'), spec: { hard: { configmaps: '5' } } });
    client.update(ResourceQuotas, { ...quota, status: { hard: { configmaps: '5' }, used: { configmaps: '0' } } }, 'status');
    client.create(ConfigMaps, { metadata: place('a') });
    refusal(() => client.create(ConfigMaps, { metadata: place('a') }));
    client.create(ConfigMaps, { metadata: { namespace: 'default', generateName: 'b-' } });
    expect(client.get(ResourceQuotas, place('q')).status?.used).toEqual({ configmaps: '2' });
  });

  test('refuses while nobody knows what is used', () => {
    const { client } = startServer();
    const quota = client.create(ResourceQuotas, { metadata: place('q'), spec: { hard: { configmaps: '5' } } });
    client.update(ResourceQuotas, { ...quota, status: { hard: { configmaps: '5' } } }, 'status');
    expect(refusal(() => client.create(ConfigMaps, { metadata: place('a') })).message).toBe('configmaps "a" is forbidden: status unknown for quota: q, resources: configmaps');
  });

  test('what is limited by configuration needs a quota that covers it', () => {
    const plugin = resourceQuota([{ resource: 'persistentvolumeclaims', matchContains: ['gold.storageclass'] }]);
    const object = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...place('c'), uid: 'u', resourceVersion: '', creationTimestamp: '' },
      spec: { storageClassName: 'gold', resources: { requests: { storage: '1Gi' } } } };
    const attributes: Attributes = {
      operation: 'create', kind: PersistentVolumeClaims, ...place('c'), object, user: admin, dryRun: false, storage: new Storage(new Store()), now: 0, warnings: [], cause: undefined,
      kinds: stockCatalog(), authorizer: alwaysAllow, options: () => ({}),
    };
    expect(refusal(() => plugin.validate?.(attributes)).message).toBe(
      'persistentvolumeclaims "c" is forbidden: insufficient quota to consume: gold.storageclass.storage.k8s.io/persistentvolumeclaims,gold.storageclass.storage.k8s.io/requests.storage');
  });
});
