import { formatLabelSelector } from '../../lib/selectors';
import type { LabelSelector } from '../../lib/selectors';
import type { Pod } from '../../schema/types';
import { CommandError } from '../errors';
import { mappingFor } from '../resources';
import { targetsOf } from '../targets';
import { recordAt, textAt } from '../values';
import type { Context } from '../verb';

const pods = () => mappingFor('pods');

/** One pod by name. */
export const podNamed = async ({ connection, namespace }: Context, name: string): Promise<Pod> =>
  await connection.get({ mapping: pods(), namespace, name }) as Pod;

export const podsBy = async ({ connection, namespace }: Context, labelSelector: string): Promise<readonly Pod[]> =>
  (await connection.list(pods(), namespace, { labelSelector })).items as readonly Pod[];

/** The pods of `web-1`, `pod/web-1`, `deployment/web`, `service/web` or `job/x`. Throws CommandError. */
export async function podsOf(context: Context, word: string): Promise<readonly Pod[]> {
  if (!word.includes('/')) return [await podNamed(context, word)];
  const [target] = targetsOf(context.resources, [word], context.namespace).named;
  if (!target) return [];
  if (target.mapping.resource === 'pods') return [await podNamed(context, target.name)];
  const object = await context.connection.get(target);
  const selector = selectorOf(target.mapping.resource, object);
  if (!selector) throw new CommandError(`cannot attach to ${target.mapping.kind}: selector for ${target.mapping.resource} not implemented`);
  const found = await podsBy(context, selector);
  if (found.length === 0) throw new CommandError(`timed out waiting for the condition`);
  return [...found].sort((a, b) => rank(a) - rank(b) || Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp));
}

function selectorOf(resource: string, object: object): string {
  if (resource === 'services') return Object.entries(recordAt(object, 'spec', 'selector')).map(([key, value]) => `${key}=${String(value)}`).join(',');
  if (resource === 'nodes' || resource === 'namespaces') return '';
  const selector = recordAt(object, 'spec', 'selector');
  return Object.keys(selector).length > 0 ? formatLabelSelector(selector as LabelSelector) : '';
}

/** Running and ready pods answer best. */
const rank = ({ status, spec }: Pod): number =>
  Number(!spec.nodeName) * 4 + Number(status?.phase !== 'Running') * 2 + Number(!status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'));

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** Which container is meant: the one named, the pod's default, or its first. Throws CommandError for an unknown name. */
export function containerOf(pod: Pod, named: string): { readonly name: string; readonly defaulted: boolean; readonly several: boolean } {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])].map(({ name }) => name);
  if (named) {
    if (!all.includes(named)) throw new CommandError(`container ${named} not found in pod ${pod.metadata.name}`);
    return { name: named, defaulted: false, several: false };
  }
  const preferred = textAt(pod, 'metadata', 'annotations', defaultContainer);
  if (preferred && all.includes(preferred)) return { name: preferred, defaulted: false, several: false };
  return { name: pod.spec.containers[0]?.name ?? '', defaulted: all.length > 1, several: all.length > 1 };
}

export const containerNames = ({ spec }: Pod): { readonly init: readonly string[]; readonly main: readonly string[] } =>
  ({ init: (spec.initContainers ?? []).map(({ name }) => name), main: spec.containers.map(({ name }) => name) });

/** `a, b, i (init)`: what could have been meant. */
export const choices =
  (pod: Pod): string => { const { init, main } = containerNames(pod); return [...main, ...init.map((name) => `${name} (init)`)].join(', '); };
