import type { KubeObject } from '../../api/types';
import type { ResourceQuota } from '../../schema/types';
import type { Kind } from '../define';
import { claimEvaluator } from './claims';
import { objectCount } from './object-count';
import { podEvaluator } from './pods';
import { scopesOf } from './scopes';
import { serviceEvaluator } from './services';
import type { Evaluator } from './types';

/** Kinds that use more than their mere number. */
const special: Readonly<Record<string, Evaluator>> = { pods: podEvaluator, services: serviceEvaluator, persistentvolumeclaims: claimEvaluator };
/** Events are not counted: they would stop telling when there are many. */
const ignored: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);
const made = new Map<string, Evaluator>();

/** How objects of a kind are counted; undefined for kinds that never are. */
export function evaluatorOf(kind: Pick<Kind, 'resource' | 'namespaced'>): Evaluator | undefined {
  const { resource } = kind;
  if (!kind.namespaced || ignored.has(resource)) return undefined;
  const known = special[resource] ?? made.get(resource);
  if (known) return known;
  const counter = objectCount(kind);
  made.set(resource, counter);
  return counter;
}

/** Whether a quota counts the object: it limits something the kind uses, and all of its scopes hold. */
export function counts(quota: ResourceQuota, hardNames: readonly string[], evaluator: Evaluator, object: KubeObject): boolean {
  return evaluator.matching(hardNames).length > 0 && scopesOf(quota).every((scope) => evaluator.inScope?.(object, scope) ?? false);
}
