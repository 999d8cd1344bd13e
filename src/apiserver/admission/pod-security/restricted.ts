import type { Volume } from '../../../schema/types';
import { containersNamed, counted, quoted, setters, sortedQuoted, verb, type AnyContainer, type Check, type PodParts, type Violation } from './checks';
import { procMountCheck } from './proc-mount';
import { seccompProblem } from './seccomp';

function privilegeEscalation({ containers }: PodParts): Violation | undefined {
  const bad = containers.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  return bad.length > 0 ? { reason: 'allowPrivilegeEscalation != false', detail: `${containersNamed(bad)} must set securityContext.allowPrivilegeEscalation=false` } : undefined;
}

function capabilities({ containers }: PodParts): Violation | undefined {
  const added = ({ securityContext }: AnyContainer) => (securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const keeping = containers.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const adding = containers.filter((container) => added(container).length > 0);
  const details = [
    ...(keeping.length > 0 ? [`${containersNamed(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
    ...(adding.length > 0 ? [`${containersNamed(adding)} must not include ${sortedQuoted(adding.flatMap(added))} in securityContext.capabilities.add`] : []),
  ];
  return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
}

const allowedSources: readonly (keyof Volume)[] = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];
const otherSources: readonly (keyof Volume)[] = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume', 'cinder', 'cephfs', 'flocker', 'fc', 'azureFile',
  'vsphereVolume', 'quobyte', 'azureDisk', 'photonPersistentDisk', 'portworxVolume', 'scaleIO', 'storageos',
];

const volumes = (allowed: readonly (keyof Volume)[]) => ({ spec: { volumes: all = [] } }: PodParts): Violation | undefined => {
  const bad = all.filter((volume) => !allowed.some((source) => volume[source]));
  if (bad.length === 0) return undefined;
  const types = new Set(bad.map((volume) => String(otherSources.find((source) => volume[source]) ?? 'unknown')));
  const who = `${counted('volume', bad.length)} ${quoted(bad.map(({ name }) => name))}`;
  return { reason: 'restricted volume types', detail: `${who} ${verb('uses', 'use', bad.length)} ${counted('restricted volume type', types.size)} ${sortedQuoted(types)}` };
};

/** Since user namespaces are for all, a pod with users of its own may be root in them. */
const hasOwnUsers = ({ spec: { hostUsers } }: PodParts): boolean => hostUsers === false;

const rootAllowed = (relaxed: boolean) => (pod: PodParts): Violation | undefined => {
  if (relaxed && hasOwnUsers(pod)) return undefined;
  const reason = 'runAsNonRoot != true';
  const ofPod = pod.spec.securityContext?.runAsNonRoot;
  const who = setters(ofPod === false, pod.containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === false));
  if (who !== undefined) return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` };
  const silent = pod.containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (ofPod || silent.length === 0) return undefined;
  return { reason, detail: `pod or ${containersNamed(silent)} must set securityContext.runAsNonRoot=true` };
};

const rootUser = (relaxed: boolean) => (pod: PodParts): Violation | undefined => {
  if (relaxed && hasOwnUsers(pod)) return undefined;
  const who = setters(pod.spec.securityContext?.runAsUser === 0, pod.containers.filter(({ securityContext }) => securityContext?.runAsUser === 0));
  return who === undefined ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` };
};

/** A check that leaves pods for another operating system alone. */
const exceptOnWindows = (find: (pod: PodParts) => Violation | undefined) => (pod: PodParts): Violation | undefined =>
  (pod.spec.os?.name === 'windows' ? undefined : find(pod));

/** What the restricted level forbids beside, in upstream's order. */
export const restrictedChecks: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation', level: 'restricted',
    versions: [{ since: 8, find: privilegeEscalation }, { since: 25, find: exceptOnWindows(privilegeEscalation) }],
  },
  {
    id: 'capabilities_restricted', level: 'restricted',
    versions: [{ since: 22, instead: ['capabilities_baseline'], find: capabilities }, { since: 25, instead: ['capabilities_baseline'], find: exceptOnWindows(capabilities) }],
  },
  { id: 'procMount_restricted', level: 'restricted', versions: [{ since: 35, instead: ['procMount'], find: procMountCheck(false) }] },
  { id: 'restrictedVolumes', level: 'restricted', versions: [{ since: 0, instead: ['hostPathVolumes'], find: volumes(allowedSources) }] },
  { id: 'runAsNonRoot', level: 'restricted', versions: [{ since: 0, find: rootAllowed(false) }, { since: 35, find: rootAllowed(true) }] },
  { id: 'runAsUser', level: 'restricted', versions: [{ since: 23, find: rootUser(false) }, { since: 35, find: rootUser(true) }] },
  {
    id: 'seccompProfile_restricted', level: 'restricted',
    versions: [
      { since: 19, instead: ['seccompProfile_baseline'], find: seccompProblem(true) },
      { since: 25, instead: ['seccompProfile_baseline'], find: exceptOnWindows(seccompProblem(true)) },
    ],
  },
];
