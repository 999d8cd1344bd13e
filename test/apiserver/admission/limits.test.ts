import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../src/api/types';
import { LimitRanges } from '../../../src/kinds/core/limitrange';
import { PersistentVolumeClaims } from '../../../src/kinds/core/persistentvolumeclaim';
import { Pods } from '../../../src/kinds/core/pod';
import type { LimitRangeItem, Pod } from '../../../src/schema/types';
import { refusal, startServer } from '../start';

function limited(...limits: LimitRangeItem[]) {
  const started = startServer();
  started.client.create(LimitRanges, { metadata: { name: 'l', namespace: 'default' }, spec: { limits } });
  return started;
}
const pod = (resources: object, spec: object = {}): Draft<Pod> =>
  ({ metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27', resources }], ...spec } });

describe('LimitRanger', () => {
  test('gives defaults to init containers too, and says so', () => {
    const { client } = limited({ type: 'Container', default: { memory: '64Mi' } });
    const made = client.create(Pods, pod({ limits: { memory: '1Gi' } }, { initContainers: [{ name: 'i', image: 'busybox:1.36' }] }));
    expect(made.spec.initContainers?.[0]?.resources).toEqual({ limits: { memory: '64Mi' }, requests: { memory: '64Mi' } });
    expect(made.spec.containers[0]?.resources).toEqual({ limits: { memory: '1Gi' }, requests: { memory: '1Gi' } });
    expect(made.metadata.annotations).toEqual({ 'kubernetes.io/limit-ranger': 'LimitRanger plugin set: memory request for init-container i; memory limit for init-container i' });
  });

  test('pods of one template go on sharing one spec', () => {
    const { client } = limited({ type: 'Container', default: { cpu: '1' } });
    const { spec } = pod({});
    const [a, b] = ['a', 'b'].map((name) => client.create(Pods, { metadata: { name, namespace: 'default' }, spec }));
    expect(a?.spec.containers).toBe(b?.spec.containers);
  });

  test.each([
    [{ type: 'Pod', min: { memory: '1Mi' } }, {}, 'minimum memory usage per Pod is 1Mi.  No request is specified'],
    [{ type: 'Pod', max: { memory: '1Mi' } }, {}, 'maximum memory usage per Pod is 1Mi.  No limit is specified'],
    [{ type: 'Pod', maxLimitRequestRatio: { cpu: '2' } }, { limits: { cpu: '1' }, requests: { cpu: '0' } }, 'cpu max limit to request ratio per Pod is 2, but no request is specified or request is 0'],
    [{ type: 'Pod', maxLimitRequestRatio: { memory: '2' } }, { limits: { memory: '3Gi' }, requests: { memory: '1Gi' } },
      'memory max limit to request ratio per Pod is 2, but provided ratio is 3.000000'],
  ])('%j refuses %j', (item, resources, why) => {
    const { client } = limited(item);
    expect(refusal(() => client.create(Pods, pod(resources))).message).toBe(`pods "p" is forbidden: ${why}`);
  });

  test('looks at a claim that grows', () => {
    const { client } = limited({ type: 'PersistentVolumeClaim', max: { storage: '2Gi' } });
    const claim = client.create(PersistentVolumeClaims,
      { metadata: { name: 'c', namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 's', resources: { requests: { storage: '1Gi' } } } });
    client.update(PersistentVolumeClaims, { ...claim, status: { phase: 'Bound' } }, 'status');
    const grow = () => client.patch(PersistentVolumeClaims, claim.metadata, { spec: { resources: { requests: { storage: '3Gi' } } } });
    expect(refusal(grow).message).toBe('persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi');
  });

  test('leaves other namespaces alone', () => {
    const { client } = startServer();
    client.create(LimitRanges, { metadata: { name: 'l', namespace: 'kube-public' }, spec: { limits: [{ type: 'Pod', max: { cpu: '1m' } }] } });
    expect(client.create(Pods, pod({ limits: { cpu: '1' } })).metadata.name).toBe('p');
  });
});
