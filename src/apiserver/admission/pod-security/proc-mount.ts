import { containersNamed, sortedQuoted, type AnyContainer, type PodParts, type Violation } from './checks';

/** An unmasked /proc; `relaxed` lets a pod with users of its own have it. */
export const procMountCheck = (relaxed: boolean) => ({ spec: { hostUsers }, containers }: PodParts): Violation | undefined => {
  if (relaxed && hostUsers === false) return undefined;
  const mountOf = ({ securityContext }: AnyContainer) => securityContext?.procMount ?? 'Default';
  const bad = containers.filter((container) => mountOf(container) !== 'Default');
  return bad.length > 0 ? { reason: 'procMount', detail: `${containersNamed(bad)} must not set securityContext.procMount to ${sortedQuoted(bad.map(mountOf))}` } : undefined;
};
