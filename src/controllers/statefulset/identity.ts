import type { Draft } from '../../api/types';
import { controlledBy } from '../../runtime/owner-references';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, Volume } from '../../schema/types';
import { revisionHashLabel } from '../revision-history';

const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;
export const revisionOfPod = ({ metadata }: Pod): string => metadata.labels?.[revisionHashLabel] ?? '';

/** The ordinal in a pod's name; undefined when the name is not one this set gives. */
export function ordinalOf({ metadata: { name: set } }: StatefulSet, { metadata: { name } }: Pod): number | undefined {
  if (!name.startsWith(`${set}-`)) return undefined;
  const digits = name.slice(set.length + 1);
  return /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : undefined;
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
      labels: { ...labels, [podNameLabel]: name, [podIndexLabel]: String(ordinal), [revisionHashLabel]: revision },
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
