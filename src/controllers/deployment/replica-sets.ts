import { labels } from '../../kinds/core/well-known';
import { semanticallyEqual } from '../../lib/equality';
import { hashOf } from '../../lib/hash';
import type { Deployment, LabelSelector, PodTemplateSpec, ReplicaSet } from '../../schema/types';
import { byAge, sizeOf } from './arithmetic';

/** A Deployment's ReplicaSets: the one of its present template, if it exists, and all others, oldest first. */
export type Family = { readonly newest: ReplicaSet | undefined; readonly old: readonly ReplicaSet[]; readonly all: readonly ReplicaSet[] };

/** Of several with the present template the oldest counts, so that rolling over and over cannot flap between them. */
export function familyOf({ spec: { template } }: Deployment, replicaSets: readonly ReplicaSet[]): Family {
  const all = [...replicaSets].sort(byAge);
  const newest = all.find((each) => sameTemplate(template, each.spec.template));
  return { newest, old: newest ? all.filter((each) => each !== newest) : all, all };
}

export const isScaledUp = (replicaSet: ReplicaSet): boolean => sizeOf(replicaSet) > 0;

/** Equal but for the hash label that ReplicaSets carry. */
export function sameTemplate(a: PodTemplateSpec, b: PodTemplateSpec | undefined): boolean {
  return semanticallyEqual(a.spec, b?.spec) && semanticallyEqual(withoutHash(a), withoutHash(b ?? {}));
}

function withoutHash({ metadata = {} }: PodTemplateSpec): object {
  const { [labels.podTemplateHash]: _hash, ...others } = metadata.labels ?? {};
  return { ...metadata, labels: others };
}

export const templateHash = ({ spec: { template }, status }: Deployment): string => hashOf(template, status?.collisionCount);

/** The template of a ReplicaSet: the Deployment's with the hash as one more label. Its spec is the same object. */
export const hashedTemplate = (template: PodTemplateSpec, hash: string): PodTemplateSpec =>
  ({ ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, [labels.podTemplateHash]: hash } } });

export const hashedSelector = (selector: LabelSelector, hash: string): LabelSelector =>
  ({ ...selector, matchLabels: { ...selector.matchLabels, [labels.podTemplateHash]: hash } });
