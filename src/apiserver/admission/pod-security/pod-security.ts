import { forbidden, invalid } from '../../../api/status';
import type { KubeObject } from '../../../api/types';
import { Namespaces } from '../../../kinds/core/namespace';
import { Pods } from '../../../kinds/core/pod';
import { equal } from '../../../lib/equality';
import type { Pod } from '../../../schema/types';
import type { Storage } from '../../storage';
import { isPod } from '../pod-spec';
import type { Admission, Attributes } from '../types';
import { detailsOf, evaluate, reasonsOf } from './evaluate';
import { formatLevel, policyOf, privilegedPolicy, sameLevel, stricter, type LevelVersion, type Policy } from './levels';
import { templateIn, templated, type Template } from './templates';

const ignoredSubresources: ReadonlySet<string> = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);
const auditPrefix = 'pod-security.kubernetes.io/';
/** As upstream: more pods of a namespace are not looked at when its labels change. */
const mostPods = 3_000;

/** The Pod Security Standards, as a namespace's labels ask for them: pods are refused, and workloads that would make such pods are warned of. */
export const podSecurity: Admission = {
  name: 'PodSecurity',
  resources: ['namespaces', 'pods', ...templated],

  validate(attributes) {
    const { operation, kind, object, subresource, namespace, storage } = attributes;
    if (!object || operation === 'delete') return;
    if (kind.resource === 'namespaces') return subresource ? undefined : judgeNamespace(attributes, object);
    if (isPod(object)) return judgePod(attributes, object, policyIn(storage, namespace));
    const policy = policyIn(storage, namespace);
    if (subresource || policy === privilegedPolicy) return;
    const template = templateIn(kind.resource, object);
    if (template) tell(attributes, policy, template);
  },
};

function policyIn(storage: Storage, namespace: string | undefined): Policy {
  return namespace === undefined ? privilegedPolicy : policyOf(storage.find(Namespaces, undefined, namespace)?.metadata.labels);
}

function judgePod(attributes: Attributes, pod: Pod, policy: Policy): void {
  const { kind, name, previous, subresource } = attributes;
  if (policy === privilegedPolicy || (subresource && ignoredSubresources.has(subresource))) return;
  if (previous && isPod(previous) && !isSignificant(pod, previous)) return;
  attributes.annotate?.(`${auditPrefix}enforce-policy`, formatLevel(policy.enforce));
  const verdict = evaluate(policy.enforce, pod.metadata, pod.spec);
  if (verdict.length > 0) throw forbidden(kind, name, `violates PodSecurity "${formatLevel(policy.enforce)}": ${detailsOf(verdict)}`);
  tell(attributes, policy, pod);
}

/** What the audited and the warned level say, to the audit log and to the client. */
function tell({ warnings, annotate }: Attributes, { audit, warn }: Policy, template: Template): void {
  const audited = annotate && violation(audit, template);
  if (audited !== undefined) annotate?.(`${auditPrefix}audit-violations`, audited);
  const warned = violation(warn, template);
  if (warned !== undefined) warnings.push(warned);
}

function violation(at: LevelVersion, { metadata, spec }: Template): string | undefined {
  if (at.level === 'privileged') return undefined;
  const verdict = evaluate(at, metadata, spec);
  return verdict.length === 0 ? undefined : `would violate PodSecurity "${formatLevel(at)}": ${detailsOf(verdict)}`;
}

const seccompKeys = (name: string): string => `container.seccomp.security.alpha.kubernetes.io/${name}`;

/** Whether an update touches what the standards are about: images, containers that come, and the annotations of old. */
function isSignificant(pod: Pod, previous: Pod): boolean {
  if (pod.spec === previous.spec && equal(pod.metadata.annotations, previous.metadata.annotations)) return false;
  const annotation = ({ metadata }: Pod, key: string) => metadata.annotations?.[key];
  const differs = (key: string) => annotation(pod, key) !== annotation(previous, key);
  if (differs('seccomp.security.alpha.kubernetes.io/pod')) return true;
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).some((list) => {
    const [now, before] = [pod.spec[list] ?? [], previous.spec[list] ?? []];
    if (list !== 'ephemeralContainers' && now.length !== before.length) return true;
    return now.some(({ name, image }, i) => {
      const old = list === 'ephemeralContainers' ? before.find((each) => each.name === name) : before[i];
      return old?.image !== image || differs(seccompKeys(name));
    });
  });
}

/** Its labels must make sense, unless they made none before either; stricter ones warn of the pods that are there. */
function judgeNamespace({ kind, name, operation, previous, storage, warnings }: Attributes, namespace: KubeObject): void {
  const policy = policyOf(namespace.metadata.labels);
  const before = operation === 'update' ? policyOf(previous?.metadata.labels) : undefined;
  if (policy.errors.length > 0 && !(before && equal(before.errors, policy.errors))) throw invalid(kind, name, policy.errors);
  if (!before || policy === before || sameLevel(policy.enforce, before.enforce) || policy.enforce.level === 'privileged') return;
  if (policy.enforce.minor === before.enforce.minor && !stricter(policy.enforce.level, before.enforce.level)) return;
  warnings.push(...existingPods(name, policy.enforce, storage.list(Pods, name).filter(isPod)));
}

/** What the new level would have refused, pods with the same reasons together. */
function existingPods(namespace: string, at: LevelVersion, pods: readonly Pod[]): string[] {
  const byReasons = new Map<string, string[]>();
  for (const { metadata, spec } of pods.slice(0, mostPods)) {
    const verdict = evaluate(at, metadata, spec);
    if (verdict.length === 0) continue;
    const reasons = reasonsOf(verdict);
    byReasons.set(reasons, [...(byReasons.get(reasons) ?? []), metadata.name]);
  }
  const told = [...byReasons].map(([reasons, names]) => `${[...names].sort()[0]}${others(names.length - 1)}: ${reasons}`).sort();
  return [
    ...(pods.length > mostPods ? [`new PodSecurity enforce level only checked against the first ${mostPods} of ${pods.length} existing pods`] : []),
    ...(told.length > 0 ? [`existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(formatLevel(at))}`] : []),
    ...told,
  ];
}

const others = (count: number): string => (count === 0 ? '' : ` (and ${count} other ${count === 1 ? 'pod' : 'pods'})`);
