import type { KubeObject } from '../api/types';
import type { Kind } from '../kinds/define';
import { isObject } from '../lib/json';
import type { PodSpec } from '../schema/types';

/** Warnings of this server alone begin so: a real cluster has none of them. */
export const warningPrefix = 'podarium: ';

const neverWaits = 'requests are answered at once: there is no queue that it would rule';
/** Kinds that are served, but not in every way. */
const partly: Readonly<Record<string, string>> = {
  'flowschemas.flowcontrol.apiserver.k8s.io': neverWaits,
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': neverWaits,
  'servicecidrs.networking.k8s.io': 'services get addresses from it at once, and it may be deleted while they have them',
};

/** Parts of a pod that are stored and that nothing acts on yet. */
const unheeded: readonly { readonly field: string; readonly text: string; has(spec: PodSpec): boolean }[] = [
  {
    field: 'securityContext', text: 'containers run as root and unconfined',
    has: ({ securityContext, containers, initContainers = [] }) => [securityContext, ...[...containers, ...initContainers].map((each) => each.securityContext)].some(isNotEmpty),
  },
  { field: 'hostPID', text: 'containers see their own processes only', has: ({ hostPID }) => hostPID === true },
];
const isNotEmpty = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length > 0;
const known = new WeakMap<PodSpec, readonly string[]>();

/** What of the object is stored and not acted on, a sentence each: nothing may look as if it worked. */
export function notEmulated(kind: Kind, object: KubeObject): readonly string[] {
  const said = kind.awaitsController ? `${kind.kind} is stored and listed; there is no controller here yet that acts on it` : partly[kind.resource];
  const own = said === undefined ? [] : [`${warningPrefix}${said}`];
  const found = podSpecOf(object);
  return found ? [...own, ...unheededIn(found.spec).map((text) => `${warningPrefix}${found.path}.${text}`)] : own;
}

function unheededIn(spec: PodSpec): readonly string[] {
  const before = known.get(spec);
  if (before) return before;
  const texts = unheeded.filter(({ has }) => has(spec)).map(({ field, text }) => `${field} is not emulated: ${text}`);
  known.set(spec, texts);
  return texts;
}

/** The pod spec an object holds: its own, or its template's. */
function podSpecOf(object: KubeObject & { readonly spec?: unknown }): { readonly path: string; readonly spec: PodSpec } | undefined {
  const { spec } = object;
  if (!isObject(spec)) return undefined;
  if (isPodSpec(spec)) return { path: 'spec', spec };
  const template = isObject(spec['template']) ? spec['template']['spec'] : undefined;
  return isPodSpec(template) ? { path: 'spec.template.spec', spec: template } : undefined;
}

const isPodSpec = (value: unknown): value is PodSpec => isObject(value) && Array.isArray(value['containers']);
