import { controllerOf } from '../../src/api/keys';
import type { LocalClient } from '../../src/api/local-client';
import type { KubeObject } from '../../src/api/types';
import { firstCatalog } from '../../src/kinds/first-kinds';
import type { Kind } from '../../src/kinds/define';
import { labels } from '../../src/kinds/core/well-known';
import { byText } from '../../src/lib/json';
import type { PodTemplateSpec } from '../../src/schema/types';

/** What a cluster came to, as lines that do not depend on chance or on the time things took: the same objects of one kind are counted. */
export type Projection = readonly string[];

const shown = ['namespaces', 'deployments.apps', 'replicasets.apps', 'replicationcontrollers', 'statefulsets.apps', 'daemonsets.apps', 'cronjobs.batch', 'jobs.batch',
  'controllerrevisions.apps', 'pods', 'services', 'endpoints', 'endpointslices.discovery.k8s.io', 'poddisruptionbudgets.policy',
  'horizontalpodautoscalers.autoscaling', 'resourcequotas', 'configmaps', 'persistentvolumeclaims'];
const catalog: readonly Kind<KubeObject>[] = shown.map((resource) => firstCatalog().find(resource)).filter((kind) => kind !== undefined);
const notShown: ReadonlySet<string> = new Set(['default', 'kube-node-lease', 'kubernetes', 'kube-root-ca.crt']);

/** Any object, as far as the lines tell of it. */
type Shown = KubeObject & {
  readonly spec?: {
    readonly replicas?: number;
    readonly suspend?: boolean;
    readonly nodeName?: string;
    readonly template?: PodTemplateSpec;
    readonly containers?: readonly { readonly image?: string }[];
  };
  readonly status?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
  readonly revision?: number;
  readonly subsets?: readonly { readonly addresses?: readonly unknown[]; readonly notReadyAddresses?: readonly unknown[]; readonly ports?: readonly { readonly port: number }[] }[];
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
  readonly ports?: readonly { readonly port?: number }[];
};

/** All that scenarios are about, in all namespaces. */
export function projectionOf(client: LocalClient): Projection {
  const objects = catalog.flatMap((kind) => client.list(kind).items.filter(({ metadata }) => !notShown.has(metadata.name)).map((object): Shown => object));
  const readable = readableHashes(objects);
  const counts = new Map<string, number>();
  for (const object of objects) {
    const line = readable(lineOf(object));
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...[...counts].map(([line, count]) => (count === 1 ? line : `${count} x ${line}`)), ...nodesOfDaemons(objects)].sort();
}

/** Where a DaemonSet's pods are; which of them is of which version is of chance. */
function nodesOfDaemons(objects: readonly Shown[]): readonly string[] {
  const nodes = new Map<string, string[]>();
  for (const pod of objects) {
    const owner = pod.kind === 'Pod' ? controllerOf(pod) : undefined;
    if (owner?.kind === 'DaemonSet') nodes.set(owner.name, [...(nodes.get(owner.name) ?? []), pod.spec?.nodeName ?? 'no node']);
  }
  return [...nodes].map(([name, at]) => `${name} is on ${at.sort().join(', ')}`);
}

/** Hashes of templates say nothing: the image does. */
function readableHashes(objects: readonly Shown[]): (line: string) => string {
  const images = new Map<string, string>();
  for (const { kind, metadata, spec, data } of objects) {
    const hash = kind === 'ReplicaSet' ? metadata.labels?.[labels.podTemplateHash] : kind === 'ControllerRevision' ? metadata.name.slice(metadata.name.lastIndexOf('-') + 1) : undefined;
    const image = kind === 'ReplicaSet' ? imageOf(spec?.template) : /"image":"([^"]*)"/.exec(JSON.stringify(data ?? {}))?.[1];
    if (hash && image) images.set(hash, image);
  }
  return (line) => { for (const [hash, image] of images) line = line.replaceAll(hash, `<${image}>`); return line; };
}

const imageOf = (template: PodTemplateSpec | undefined): string | undefined => template?.spec?.containers[0]?.image;

function lineOf(object: Shown): string {
  const { kind, metadata } = object;
  const owner = controllerOf(object);
  const owners = (metadata.ownerReferences ?? []).filter((each) => each !== owner);
  const place = metadata.namespace === 'default' || metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
  return [
    `${kind} ${place}${nameOf(object)}`,
    !owner && metadata.generateName && 'of nobody',
    owner && !(kind === 'Pod' && metadata.generateName) && `of ${owner.kind} ${owner.name}`,
    owners.length > 0 && `also of ${owners.map(({ kind: of, name }) => `${of} ${name}`).join(', ')}`,
    metadata.deletionTimestamp !== undefined && 'going',
    metadata.finalizers && `held by ${metadata.finalizers.join(', ')}`,
    (details[kind] ?? detailsOfAny)(object),
  ].filter(Boolean).join(' ');
}

/** Names that are drawn are their owner's; an orphan keeps what its name began with. */
function nameOf({ metadata: { generateName, name } }: Shown): string {
  return (generateName ? `${generateName}*` : name).replace(/-\d{8}(?=-|$)/, '-<minute>');
}

const detailsOfAny = ({ metadata, spec = {}, status = {} }: Shown): string => [
  imageOf(spec.template), spec.replicas !== undefined && `wants ${spec.replicas}`, spec.suspend && 'suspended',
  status['observedGeneration'] !== undefined && status['observedGeneration'] !== metadata.generation && 'BEHIND',
  ...Object.entries(status).sort(([a], [b]) => byText(a, b)).flatMap(([key, value]) => part(key, value)),
].filter(Boolean).join(' ');

const details: Readonly<Record<string, (object: Shown) => string>> = {
  Pod: ({ metadata, spec, status = {} }) => {
    const index = metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
    return [spec?.containers?.[0]?.image, status['phase'], isTrue(status, 'Ready') && 'Ready', index !== undefined && `index ${index}`].filter(Boolean).join(' ');
  },
  ControllerRevision: ({ revision }) => `revision ${revision}`,
  Endpoints: ({ subsets = [] }) => subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }) =>
    `${addresses.length} ready ${notReadyAddresses.length} not on ${ports.map(({ port }) => port).join()}`).join('; ') || 'empty',
  EndpointSlice: ({ endpoints, ports }) =>
    `${(endpoints ?? []).filter(({ conditions }) => conditions?.ready).length} ready of ${(endpoints ?? []).length} on ${(ports ?? []).map(({ port }) => port).join()}`,
  Service: () => '',
  ConfigMap: () => '',
  Namespace: ({ status }) => String(status?.['phase'] ?? ''),
};

type Condition = { readonly type: string; readonly status: string; readonly reason?: string };
const conditionsIn = (value: unknown): readonly Condition[] => (Array.isArray(value) ? value : []);
const isTrue = (status: Readonly<Record<string, unknown>>, type: string): boolean => conditionsIn(status['conditions']).some((each) => each.type === type && each.status === 'True');

/** One field of a status; times are of no interest. */
function part(key: string, value: unknown): string[] {
  if (key === 'observedGeneration' || key.endsWith('Time') || key === 'selector') return [];
  if (key === 'currentMetrics') return [`at ${/"averageUtilization":(\d+)/.exec(JSON.stringify(value))?.[1]}%`];
  if (key === 'conditions') return [`[${conditionsIn(value).map(({ type, status, reason }) => `${type}=${status}${reason ? `:${reason}` : ''}`).sort().join(' ')}]`];
  if (value === 0) return [];
  if (typeof value === 'number' || typeof value === 'string') return [`${key.replace(/(?<=.)Replicas$/, '')}=${value}`];
  if (key === 'active' && Array.isArray(value)) return [`active=${value.length}`];
  const text = JSON.stringify(value);
  return text === '{}' || text === '[]' ? [] : [`${key}=${text}`];
}
