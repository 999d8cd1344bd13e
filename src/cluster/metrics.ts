import type { Usage } from '../containers/usage';
import type { Kubelets } from '../kubelet/kubelets';
import type { ContainerUsage } from '../kubelet/usage';
import type { KindCatalog } from '../kinds/catalog';
import { nodeMetrics, podMetrics, type NodeMetrics, type PodMetrics, type ResourceUsage } from '../kinds/metrics/metrics';
import { formatDuration } from '../lib/durations';
import { addQuantities, formatQuantity, wholeQuantity } from '../lib/quantity';
import { timestamp } from '../lib/timestamp';
import type { ObjectMeta } from '../schema/types';

const apiVersion = 'metrics.k8s.io/v1beta1';
const memoryText = (bytes: number): string => wholeQuantity(Math.floor(bytes / 1_024) * 1_024);
const cpuText = (nano: number): string => formatQuantity({ unscaled: BigInt(nano), scale: -9, format: 'DecimalSI' });
const amounts = ({ cpuNano, memoryBytes }: Usage): ResourceUsage => ({ cpu: cpuText(cpuNano), memory: memoryText(memoryBytes) });
const measured = ({ at, windowMs }: Usage) => ({ timestamp: timestamp(at), window: formatDuration(windowMs) });

/** A container that was restarted shortly before has a window of its own; that of the pod is the shortest. */
const shortest = (containers: readonly ContainerUsage[]): Usage =>
  containers.map(({ usage }) => usage).reduce((least, usage) => (usage.windowMs < least.windowMs ? usage : least));
/** No uid and no version: it is made for each reading. */
const made = (metadata: Partial<ObjectMeta>, now: number): ObjectMeta => ({ ...metadata, creationTimestamp: timestamp(now) } as ObjectMeta);

/**
 * The resource metrics API, as a metrics server that scrapes every fifteen seconds gives it. What containers use is simulated, see src/containers/usage.ts;
 * nodes whose kubelet does not answer have no metrics, nor have their pods.
 */
export function serveMetrics(kinds: KindCatalog, kubelets: Kubelets, now: () => number): void {
  const nodes = (_?: string, name?: string): readonly NodeMetrics[] => (name === undefined ? [...kubelets.nodes].sort() : [name]).flatMap((node) => {
    const found = kubelets.nodeUsage(node);
    return found ? [{ kind: 'NodeMetrics', apiVersion, metadata: made({ name: node, ...(found.labels && { labels: found.labels }) }, now()),
      ...measured(found.usage), usage: amounts(found.usage) }] : [];
  });
  const pods = (namespace?: string, name?: string): readonly PodMetrics[] => kubelets.podUsage(namespace, name).map(({ pod, containers }) => {
    const { metadata } = pod;
    return {
      kind: 'PodMetrics', apiVersion,
      metadata: made({ name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }), ...(metadata.labels && { labels: metadata.labels }) }, now()),
      ...measured(shortest(containers)), containers: containers.map(({ name: container, usage }) => ({ name: container, usage: amounts(usage) })),
    };
  });
  kinds.set('nodes.metrics.k8s.io', [nodeMetrics(nodes)]);
  kinds.set('pods.metrics.k8s.io', [podMetrics(pods, sumOf)]);
}

const sumOf = ({ containers }: PodMetrics, resource: keyof ResourceUsage): string => containers.reduce((sum, { usage }) => addQuantities(sum, usage[resource]), '0');
