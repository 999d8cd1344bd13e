import type { Draft } from '../../api/types';
import { controlledBy } from '../../runtime/owner-references';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, Volume } from '../../schema/types';
import { revisionHashLabel } from '../history/revisions';

const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
/** Whether the set is to have a pod of this ordinal. */
export const isWanted = (set: StatefulSet, ordinal: number): boolean => ordinal >= startOf(set) && ordinal < startOf(set) + (set.spec.replicas ?? 1);
export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;
export const revisionOfPod = ({ metadata }: Pod): string => metadata.labels?.[revisionHashLabel] ?? '';

/** The ordinal in a pod's name; undefined when the name is not one this set gives. */
export function ordinalOf({ metadata: { name: set } }: StatefulSet, { metadata: { name } }: Pod): number | undefined {
  if (!name.startsWith(`${set}-`)) return undefined;
  const digits = name.slice(set.length + 1);
  return /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined;
}

/** The labels by which a pod says who it is. */
const identityLabels = (set: StatefulSet, ordinal: number): Readonly<Record<string, string>> => ({ [podNameLabel]: podName(set, ordinal), [podIndexLabel]: String(ordinal) });

export const hasIdentity = (set: StatefulSet, { metadata: { labels } }: Pod, ordinal: number): boolean =>
  labels?.[podNameLabel] === podName(set, ordinal) && labels[podIndexLabel] === String(ordinal);

/** Whether the pod uses the claims that are its own. */
export const hasStorage = (set: StatefulSet, { spec: { volumes = [] } }: Pod, ordinal: number): boolean =>
  (set.spec.volumeClaimTemplates ?? []).every((template) =>
    volumes.some(({ name, persistentVolumeClaim }) => name === template.metadata.name && persistentVolumeClaim?.claimName === claimName(set, template, ordinal)));

/** The pod with the labels and the claims that are its own; the API refuses other volumes for a pod that is there already. */
export function withIdentity(set: StatefulSet, pod: Pod, ordinal: number): Pod {
  const metadata = { ...pod.metadata, labels: { ...pod.metadata.labels, ...identityLabels(set, ordinal) } };
  return hasStorage(set, pod, ordinal) ? { ...pod, metadata } : { ...pod, metadata, spec: { ...pod.spec, volumes: volumesOf(set, pod.spec.volumes ?? [], ordinal) } };
}

/** The name of the claim that a pod of the set has for a template. */
export const claimName = (set: StatefulSet, { metadata }: PersistentVolumeClaim, ordinal: number): string => `${metadata.name}-${podName(set, ordinal)}`;

/** The pod of an ordinal, as a revision's template makes it. */
export function podFor(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Draft<Pod> {
  const name = podName(set, ordinal);
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const spec = template.spec ?? { containers: [] };
  const volumes = volumesOf(set, spec.volumes ?? [], ordinal);
  return {
    metadata: {
      name,
      namespace: set.metadata.namespace,
      labels: { ...labels, ...identityLabels(set, ordinal), [revisionHashLabel]: revision },
      ownerReferences: controlledBy(set),
      ...(annotations && { annotations }), ...(finalizers && { finalizers }),
    },
    spec: { ...spec, hostname: name, ...(set.spec.serviceName && { subdomain: set.spec.serviceName }), ...(volumes.length > 0 && { volumes }) },
  };
}

/** The template's volumes, with the pod's own claims instead of those of the same name. */
function volumesOf(set: StatefulSet, own: readonly Volume[], ordinal: number): readonly Volume[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claims = templates.map((template) => ({ name: template.metadata.name, persistentVolumeClaim: { claimName: claimName(set, template, ordinal) } }));
  return [...claims, ...own.filter(({ name }) => !templates.some(({ metadata }) => metadata.name === name))];
}

/** A claim of an ordinal, as its template makes it. */
export function claimFor(set: StatefulSet, template: PersistentVolumeClaim, ordinal: number): Draft<PersistentVolumeClaim> {
  const { labels, annotations } = template.metadata;
  return {
    metadata: { name: claimName(set, template, ordinal), namespace: set.metadata.namespace, labels: { ...labels, ...set.spec.selector.matchLabels }, ...(annotations && { annotations }) },
    spec: template.spec,
  };
}
