import type { KubeObject } from '../../src/api/types';
import { at, listAt, numberAt, recordAt, textAt, textsAt } from '../../src/kubectl/values';
import { ageOf } from './age';

/** One line of the details: `mono` for what a machine reads, `link` for an object to go to. */
export type Fact = { readonly label: string; readonly text: string; readonly mono?: boolean; readonly link?: { readonly resource: string; readonly name: string; readonly namespace?: string } };
type Reader = (object: KubeObject) => readonly (Fact | undefined)[];

const fact = (label: string, text: string, mono = true): Fact | undefined => (text ? { label, text, mono } : undefined);
const pairs = (record: Readonly<Record<string, unknown>>): string => Object.entries(record).map(([key, value]) => `${key}=${String(value)}`).join(', ');
const names = (object: KubeObject, ...path: string[]): string => listAt(object, ...path).map((each) => textAt(each, 'image')).join(', ');

/** What is worth knowing of a kind at a glance; kinds that are not here show what every object has. */
const readers: Readonly<Record<string, Reader>> = {
  Pod: (pod) => [
    fact('Reason', textAt(pod, 'status', 'message'), false),
    textAt(pod, 'spec', 'nodeName') ? { label: 'Node', text: textAt(pod, 'spec', 'nodeName'), mono: true, link: { resource: 'nodes', name: textAt(pod, 'spec', 'nodeName') } } : fact('Node', '<none>'),
    fact('IP', textAt(pod, 'status', 'podIP')),
    fact('QoS class', textAt(pod, 'status', 'qosClass')),
    fact('Restart policy', textAt(pod, 'spec', 'restartPolicy')),
  ],
  Deployment: (it) => [
    fact('Replicas', replicas(it)),
    fact('Images', names(it, 'spec', 'template', 'spec', 'containers')),
    fact('Strategy', strategy(it)),
    fact('Selector', pairs(textsAt(it, 'spec', 'selector', 'matchLabels'))),
  ],
  ReplicaSet: (it) => [
    fact('Replicas', `${numberAt(it, 'status', 'replicas') ?? 0} current / ${numberAt(it, 'spec', 'replicas') ?? 1} desired, ${numberAt(it, 'status', 'readyReplicas') ?? 0} ready`),
    fact('Images', names(it, 'spec', 'template', 'spec', 'containers')),
    fact('Selector', pairs(textsAt(it, 'spec', 'selector', 'matchLabels'))),
  ],
  Service: (it) => [
    fact('Type', textAt(it, 'spec', 'type')),
    fact('Cluster IP', textAt(it, 'spec', 'clusterIP')),
    fact('Ports', listAt(it, 'spec', 'ports').map(servicePort).join(', ')),
    fact('Selector', pairs(textsAt(it, 'spec', 'selector')) || '<none>'),
    fact('DNS name', `${it.metadata.name}.${it.metadata.namespace ?? ''}.svc.cluster.local`),
  ],
  EndpointSlice: (it) => [
    fact('Endpoints', listAt(it, 'endpoints').map((each) => `${listAt(each, 'addresses').join(',')}${at(each, 'conditions', 'ready') === false ? ' (not ready)' : ''}`).join(', ') || '<none>'),
    fact('Ports', listAt(it, 'ports').map((port) => `${numberAt(port, 'port') ?? ''}/${textAt(port, 'protocol')}`).join(', ')),
  ],
  Node: (it) => [
    fact('Addresses', listAt(it, 'status', 'addresses').map((each) => textAt(each, 'address')).join(', ')),
    fact('Pod CIDR', textAt(it, 'spec', 'podCIDR')),
    fact('Allocatable', pairs(recordAt(it, 'status', 'allocatable'))),
    fact('Taints', listAt(it, 'spec', 'taints').map(taint).join(', ') || '<none>'),
    fact('Unschedulable', String(at(it, 'spec', 'unschedulable') === true)),
    fact('Kubelet', textAt(it, 'status', 'nodeInfo', 'kubeletVersion')),
  ],
  ConfigMap: (it) => [fact('Data', Object.keys(recordAt(it, 'data')).join(', ') || '<none>')],
  Secret: (it) => [fact('Type', textAt(it, 'type')), fact('Data', Object.keys(recordAt(it, 'data')).join(', ') || '<none>')],
  Namespace: (it) => [fact('Phase', textAt(it, 'status', 'phase'))],
  Lease: (it) => [fact('Holder', textAt(it, 'spec', 'holderIdentity')), fact('Renewed', textAt(it, 'spec', 'renewTime'))],
};

const replicas = (deployment: KubeObject): string => {
  const counted = (name: string) => numberAt(deployment, 'status', name) ?? 0;
  return `${numberAt(deployment, 'spec', 'replicas') ?? 1} desired | ${counted('updatedReplicas')} updated | ${counted('replicas')} total | `
    + `${counted('availableReplicas')} available | ${counted('unavailableReplicas')} unavailable`;
};

const taint = (each: unknown): string => `${textAt(each, 'key')}${textAt(each, 'value') ? `=${textAt(each, 'value')}` : ''}:${textAt(each, 'effect')}`;

const servicePort = (port: unknown): string =>
  `${textAt(port, 'name') ? `${textAt(port, 'name')} ` : ''}${numberAt(port, 'port') ?? ''}${numberAt(port, 'nodePort') ? `:${numberAt(port, 'nodePort')}` : ''}`
  + ` → ${String(at(port, 'targetPort') ?? '')}/${textAt(port, 'protocol')}`;

function strategy(deployment: KubeObject): string {
  const rolling = recordAt(deployment, 'spec', 'strategy', 'rollingUpdate');
  const type = textAt(deployment, 'spec', 'strategy', 'type');
  return Object.keys(rolling).length > 0 ? `${type}, maxSurge ${String(rolling['maxSurge'])}, maxUnavailable ${String(rolling['maxUnavailable'])}` : type;
}

export function factsOf(object: KubeObject, now: number): readonly Fact[] {
  const { namespace, creationTimestamp, deletionTimestamp, generation, labels, annotations, finalizers } = object.metadata;
  const own = readers[object.kind]?.(object) ?? [];
  return [
    ...own,
    fact('Namespace', namespace ?? ''),
    fact('Created', `${ageOf(creationTimestamp, now)} ago (${creationTimestamp})`, false),
    fact('Deleted', deletionTimestamp ? `since ${deletionTimestamp}` : '', false),
    fact('Generation', generation === undefined ? '' : String(generation)),
    fact('Labels', pairs(labels ?? {}) || '<none>'),
    fact('Annotations', Object.keys(annotations ?? {}).join(', ')),
    fact('Finalizers', (finalizers ?? []).join(', ')),
  ].filter((each) => each !== undefined);
}

export type Condition = { readonly type: string; readonly status: string; readonly reason: string; readonly message: string };
export const conditionsOf = (object: KubeObject): readonly Condition[] =>
  listAt(object, 'status', 'conditions').map((each) => ({ type: textAt(each, 'type'), status: textAt(each, 'status'), reason: textAt(each, 'reason'), message: textAt(each, 'message') }));

export type ContainerFact = { readonly name: string; readonly image: string; readonly ready: boolean; readonly restarts: number; readonly state: string; readonly message: string };
/** The containers of a pod as they stand. */
export function containersOf(pod: KubeObject): readonly ContainerFact[] {
  const statuses = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')];
  return [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')].map((container) => {
    const name = textAt(container, 'name');
    const status = statuses.find((each) => textAt(each, 'name') === name);
    const [state = 'waiting', inner] = Object.entries(recordAt(status, 'state'))[0] ?? [];
    const reason = textAt(inner, 'reason');
    return {
      name, image: textAt(container, 'image'), ready: at(status, 'ready') === true, restarts: numberAt(status, 'restartCount') ?? 0,
      state: reason ? `${state}: ${reason}` : state, message: textAt(inner, 'message'),
    };
  });
}
