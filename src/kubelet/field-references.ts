import { milliValue, value } from '../lib/quantity';
import type { Container, Pod, ResourceFieldSelector } from '../schema/types';

/** What a pod may ask about itself and that its object does not say (yet). */
export type OwnFacts = { readonly podIP: string; readonly hostIP: string; readonly nodeName: string; readonly allocatable: Readonly<Record<string, string>> };

const simple: Readonly<Record<string, (pod: Pod, facts: OwnFacts) => string>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
  'metadata.uid': ({ metadata }) => metadata.uid,
  'metadata.labels': ({ metadata }) => formatMap(metadata.labels),
  'metadata.annotations': ({ metadata }) => formatMap(metadata.annotations),
  'spec.nodeName': (_, { nodeName }) => nodeName,
  'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
  'status.podIP': (_, { podIP }) => podIP,
  'status.podIPs': (_, { podIP }) => podIP,
  'status.hostIP': (_, { hostIP }) => hostIP,
  'status.hostIPs': (_, { hostIP }) => hostIP,
};

/** The value of a `fieldRef`. Undefined for a path that does not exist; the API server lets none of them pass. */
export function fieldValue(path: string, pod: Pod, facts: OwnFacts): string | undefined {
  const known = simple[path];
  if (known) return known(pod, facts);
  const [, map, key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map === 'labels') return pod.metadata.labels?.[key] ?? '';
  if (map === 'annotations') return pod.metadata.annotations?.[key] ?? '';
  return undefined;
}

/** As a downward API file shows labels: one `key="value"` a line, sorted. */
const formatMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => `${key}=${JSON.stringify(text)}`).join('\n');

/** The value of a `resourceFieldRef`, rounded up to whole divisors. A limit that is not set is what the node can give. */
export function resourceValue({ resource, divisor = '0' }: ResourceFieldSelector, { resources }: Pick<Container, 'resources'>, { allocatable }: OwnFacts): string {
  const [list = '', name = ''] = splitOnce(resource);
  const asked = list === 'limits' ? (resources?.limits?.[name] ?? allocatable[name]) : resources?.requests?.[name];
  const per = divisor === '0' || divisor === '' ? '1' : divisor;
  if (name === 'cpu') return String(Math.ceil(milliValue(asked ?? '0') / milliValue(per)));
  return String(Math.ceil(value(asked ?? '0') / value(per)));
}

const splitOnce = (text: string): readonly string[] => { const dot = text.indexOf('.'); return [text.slice(0, dot), text.slice(dot + 1)]; };
