import { annotations } from '../../kinds/core/well-known';
import type { EphemeralContainer, Container, Pod, PodSpec, ServiceAccount } from '../../schema/types';

export const isMirror = ({ metadata }: Pod): boolean => metadata.annotations?.[annotations.mirrorPod] !== undefined;

/** A pod that shows what a kubelet runs by itself may not use what the API server holds. */
export function mirrorProblem(spec: PodSpec): string | undefined {
  if (spec.serviceAccountName) return 'a mirror pod may not reference service accounts';
  for (const { secret, projected } of spec.volumes ?? []) {
    if (secret || projected?.sources?.some((source) => source.secret)) return 'a mirror pod may not reference secrets';
    if (projected?.sources?.some((source) => source.serviceAccountToken)) return 'a mirror pod may not use ServiceAccountToken volume projections';
  }
  return containersOf(spec).some(({ container }) => secretsOf(container).length > 0) || (spec.imagePullSecrets?.length ?? 0) > 0 ? 'a mirror pod may not reference secrets' : undefined;
}

/** An annotation of old: pods of the account may use the secrets it lists, and no others. */
export const enforcesMountableSecrets = ({ metadata }: ServiceAccount): boolean => metadata.annotations?.['kubernetes.io/enforce-mountable-secrets'] === 'true';

/** The first secret a pod uses that its account does not list, in upstream's words. */
export function disallowedSecret(spec: PodSpec, { metadata, secrets = [], imagePullSecrets = [] }: ServiceAccount): string | undefined {
  const mountable = new Set(secrets.map(({ name }) => name));
  const why = `is not allowed because service account ${metadata.name} does not reference that`;
  for (const { secret } of spec.volumes ?? [])
    if (secret?.secretName && !mountable.has(secret.secretName)) return `volume with secret.secretName="${secret.secretName}" ${why} secret`;
  for (const { word, container } of containersOf(spec))
    for (const { variable, secret } of secretsOf(container))
      if (!mountable.has(secret)) return `${word} ${container.name} with ${variable ? `envVar ${variable}` : 'envFrom'} referencing secret.secretName="${secret}" ${why} secret`;
  const pullable = new Set(imagePullSecrets.map(({ name }) => name));
  const pulled = spec.imagePullSecrets?.findIndex(({ name }) => !pullable.has(name)) ?? -1;
  return pulled < 0 ? undefined : `imagePullSecrets[${pulled}].name="${spec.imagePullSecrets?.[pulled]?.name}" ${why} imagePullSecret`;
}

type AnyContainer = Container | EphemeralContainer;

const containersOf = ({ initContainers = [], containers, ephemeralContainers = [] }: PodSpec): { readonly word: string; readonly container: AnyContainer }[] => [
  ...initContainers.map((container) => ({ word: 'init container', container })),
  ...containers.map((container) => ({ word: 'container', container })),
  ...ephemeralContainers.map((container) => ({ word: 'ephemeral container', container })),
];

/** The secrets in a container's environment, with the variable that takes one of their keys. */
const secretsOf = ({ env = [], envFrom = [] }: AnyContainer): { readonly variable?: string; readonly secret: string }[] => [
  ...env.flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef?.name ? [{ variable: name, secret: valueFrom.secretKeyRef.name }] : [])),
  ...envFrom.flatMap(({ secretRef }) => (secretRef?.name ? [{ secret: secretRef.name }] : [])),
];
