import { containersNamed, counted, setters, sortedQuoted, type AnyContainer, type PodParts, type Violation } from './checks';

const allowed: readonly string[] = ['RuntimeDefault', 'Localhost'];
const reason = 'seccompProfile';
const typeOf = ({ securityContext }: AnyContainer): string | undefined => securityContext?.seccompProfile?.type;

/** Profiles that confine nothing; with `required`, a container without one too. */
export const seccompProblem = (required: boolean) => ({ spec, containers }: PodParts): Violation | undefined => {
  const isBad = (type: string | undefined) => type !== undefined && !allowed.includes(type);
  const ofPod = spec.securityContext?.seccompProfile?.type;
  const bad = containers.filter((container) => isBad(typeOf(container)));
  const who = setters(isBad(ofPod), bad);
  if (who !== undefined) {
    const types = [ofPod, ...bad.map(typeOf)].filter(isBad).map(String);
    return { reason, detail: `${who} must not set securityContext.seccompProfile.type to ${sortedQuoted(types)}` };
  }
  if (!required || ofPod !== undefined) return undefined;
  const without = containers.filter((container) => typeOf(container) === undefined);
  if (without.length === 0) return undefined;
  return { reason, detail: `pod or ${containersNamed(without)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` };
};

const podAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const containerAnnotation = (name: string): string => `container.seccomp.security.alpha.kubernetes.io/${name}`;

/** As it was before there were fields for it. */
export function seccompAnnotationProblem({ metadata: { annotations = {} }, containers }: PodParts): Violation | undefined {
  const bad = [podAnnotation, ...containers.map(({ name }) => containerAnnotation(name))].flatMap((key) => {
    const value = annotations[key];
    const isBad = value !== undefined && value !== 'runtime/default' && value !== 'docker/default' && !value.startsWith('localhost/');
    return isBad ? [`${key}=${JSON.stringify(value)}`] : [];
  });
  return bad.length > 0 ? { reason, detail: `forbidden ${counted('annotation', bad.length)} ${[...new Set(bad)].sort().join(', ')}` } : undefined;
}
