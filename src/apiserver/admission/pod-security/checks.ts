import type { Container, EphemeralContainer, ObjectMeta, PodSpec } from '../../../schema/types';
import type { Level } from './levels';

/** Any container of a pod: the fields that matter here are common to all. */
export type AnyContainer = Container | EphemeralContainer;
export type PodParts = { readonly metadata: Pick<ObjectMeta, 'annotations'>; readonly spec: PodSpec; readonly containers: readonly AnyContainer[] };
/** Why a pod is not allowed: the short reason, and what in it is wrong. */
export type Violation = { readonly reason: string; readonly detail: string };

/** One rule of the Pod Security Standards, as it was in each minor version from which it differed. */
export type Check = {
  readonly id: string;
  readonly level: Exclude<Level, 'privileged'>;
  /** Newest last. `instead` names checks of the lower level that need not be made any more where this one is. */
  readonly versions: readonly { readonly since: number; readonly instead?: readonly string[]; find(pod: PodParts): Violation | undefined }[];
};

export const quoted = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(', ');
export const sortedQuoted = (names: Iterable<string>): string => quoted([...new Set(names)].sort());
/** `container "a"`, `containers "a", "b"`. */
export const containersNamed = (containers: readonly AnyContainer[]): string => `${counted('container', containers.length)} ${quoted(containers.map(({ name }) => name))}`;
export const counted = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
export const verb = (one: string, many: string, count: number): string => (count === 1 ? one : many);

/** `pod and container "a"`: who set something wrong; undefined when nobody did. */
export function setters(pod: boolean, containers: readonly AnyContainer[], more: readonly string[] = []): string | undefined {
  const all = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [containersNamed(containers)] : []), ...more];
  return all.length > 0 ? all.join(' and ') : undefined;
}
