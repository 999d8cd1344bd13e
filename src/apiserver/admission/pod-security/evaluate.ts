import type { ObjectMeta, PodSpec } from '../../../schema/types';
import { baselineChecks } from './baseline';
import type { Check, PodParts, Violation } from './checks';
import { formatLevel, type LevelVersion } from './levels';
import { restrictedChecks } from './restricted';

/** All that a level finds wrong with a pod; nothing when it is allowed. */
export type Verdict = readonly Violation[];
type Find = (pod: PodParts) => Violation | undefined;

const allowed: Verdict = [];
const finders = new Map<string, readonly Find[]>();
const verdicts = new WeakMap<PodSpec, Map<string, Verdict>>();

/** Judges a pod or a template; once for each spec and level, unless annotations have a say. */
export function evaluate(at: LevelVersion, metadata: Pick<ObjectMeta, 'annotations'>, spec: PodSpec): Verdict {
  if (at.level === 'privileged') return allowed;
  const key = formatLevel(at);
  if (hasSecurityAnnotations(metadata)) return judge(at, key, metadata, spec);
  const known = verdicts.get(spec) ?? new Map<string, Verdict>();
  const before = known.get(key);
  if (before) return before;
  const verdict = judge(at, key, metadata, spec);
  verdicts.set(spec, known.set(key, verdict));
  return verdict;
}

export const reasonsOf = (verdict: Verdict): string => verdict.map(({ reason }) => reason).join(', ');
export const detailsOf = (verdict: Verdict): string => verdict.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');

function hasSecurityAnnotations({ annotations }: Pick<ObjectMeta, 'annotations'>): boolean {
  for (const key in annotations) if (key.includes('seccomp.security.') || key.includes('apparmor.security.')) return true;
  return false;
}

function judge(at: LevelVersion, key: string, metadata: Pick<ObjectMeta, 'annotations'>, spec: PodSpec): Verdict {
  const pod = { metadata, spec, containers: [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])] };
  const found = findersOf(at, key).flatMap((find) => find(pod) ?? []);
  return found.length > 0 ? found : allowed;
}

/** The rules of a level as that version had them: baseline first, without what a restricted rule says more strictly. */
function findersOf({ level, minor }: LevelVersion, key: string): readonly Find[] {
  const known = finders.get(key);
  if (known) return known;
  const at = ({ versions }: Check) => versions.findLast(({ since }) => since <= minor);
  const restricted = level === 'restricted' ? restrictedChecks.flatMap((check) => at(check) ?? []) : [];
  const replaced = new Set(restricted.flatMap(({ instead = [] }) => instead));
  const baseline = baselineChecks.filter(({ id }) => !replaced.has(id)).flatMap((check) => at(check) ?? []);
  const made = [...baseline, ...restricted].map(({ find }) => find);
  finders.set(key, made);
  return made;
}
