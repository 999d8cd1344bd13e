import type { User } from '../../api/types';
import { PersistentVolumeClaims } from '../../kinds/core/persistentvolumeclaim';
import { Pods } from '../../kinds/core/pod';
import type { PersistentVolumeClaim, Pod } from '../../schema/types';
import { isPod } from '../admission/pod-spec';
import type { Storage } from '../storage';
import { nodeRules } from './policy/roles';
import { ruleAllows } from './rules';
import type { Attributes, Authorizer, Decision } from './types';

const prefix = 'system:node:';
const nodeGroup = 'system:nodes';
const leaseNamespace = 'kube-node-lease';

/** The node a user is the kubelet of: `system:node:NAME` in group system:nodes. */
export const nodeOf = ({ name, groups }: User): string | undefined => (groups.includes(nodeGroup) && name.startsWith(prefix) ? name.slice(prefix.length) : undefined);

/** Who is the kubelet of a node. */
export const nodeUser = (node: string): User => ({ name: `${prefix}${node}`, groups: [nodeGroup, 'system:authenticated'] });

type ResourceAttributes = Extract<Attributes, { readonly resource: string }>;
type Rule = (authorizer: NodeAuthorizer, node: string, asked: ResourceAttributes) => string | undefined;

const allowed: Decision = { allowed: true, reason: '' };
const isOneOf = (verb: string, verbs: string): boolean => verbs.split(' ').includes(verb);

/** Rules of resources of which a kubelet sees its own node's part. They answer with why not, or undefined to allow. */
const rules: Readonly<Record<string, Rule>> = {
  'secrets.': (of, node, asked) => of.read(node, asked),
  'configmaps.': (of, node, asked) => of.read(node, asked),
  'persistentvolumeclaims.': (of, node, asked) => {
    if (asked.subresource !== 'status') return of.get(node, asked);
    return isOneOf(asked.verb, 'get update patch') ? of.related(node, asked) : 'can only get/update/patch this type';
  },
  'persistentvolumes.': (of, node, asked) => of.get(node, asked),
  'resourceclaims.resource.k8s.io': (of, node, asked) => of.get(node, asked),
  'volumeattachments.storage.k8s.io': (of, node, asked) => of.get(node, asked),
  'serviceaccounts.': (of, node, asked) => {
    if (asked.verb !== 'create' || asked.subresource !== 'token' || !asked.name) return 'can only create tokens for individual service accounts';
    return of.related(node, asked);
  },
  'leases.coordination.k8s.io': (_, node, { verb, namespace, name }) => {
    if (!isOneOf(verb, 'get create update patch delete')) return 'can only get, create, update, patch, or delete a node lease';
    if (namespace !== leaseNamespace) return `can only access leases in the "${leaseNamespace}" system namespace`;
    return verb !== 'create' && name !== node ? 'can only access node lease with the same name as the requesting node' : undefined;
  },
  'csinodes.storage.k8s.io': (_, node, { verb, subresource, name }) => {
    if (!isOneOf(verb, 'get create update patch delete')) return 'can only get, create, update, patch, or delete a CSINode';
    if (subresource) return 'cannot authorize CSINode subresources';
    return verb !== 'create' && name !== node ? 'can only access CSINode with the same name as the requesting node' : undefined;
  },
  'nodes.': (of, node, asked) => {
    if (!isOneOf(asked.verb, 'get list watch') || asked.subresource) return of.usual(asked);
    if (asked.name === node) return undefined;
    return asked.name ? `node '${node}' cannot read '${asked.name}', only its own Node object` : `node '${node}' cannot read all nodes, only its own Node object`;
  },
  'pods.': (of, node, asked) => {
    if (asked.subresource) return of.usual(asked);
    if (asked.verb === 'get') return of.related(node, asked);
    if (!isOneOf(asked.verb, 'list watch')) return of.usual(asked);
    return asked.fieldSelector?.split(',').includes(`spec.nodeName=${node}`) ? undefined : `can only list/watch pods with spec.nodeName field selector`;
  },
};

/** The Node authorization mode: a kubelet reads what the pods of its own node refer to, and tells about itself. */
export class NodeAuthorizer implements Authorizer {
  constructor(private readonly storage: Storage) {}

  authorize(asked: Attributes): Decision {
    const node = nodeOf(asked.user);
    if (node === undefined) return { allowed: false, reason: '' };
    if (node === '') return { allowed: false, reason: `unknown node for user ${JSON.stringify(asked.user.name)}` };
    const why = 'path' in asked ? this.usual(asked) : (rules[`${asked.resource}.${asked.group}`] ?? withoutLimits)(this, node, asked);
    return why === undefined ? allowed : { allowed: false, reason: why };
  }

  /** What every kubelet may do, whatever its node. */
  usual(asked: Attributes): string | undefined { return nodeRules.some((rule) => ruleAllows(rule, asked)) ? undefined : ''; }

  read(node: string, asked: ResourceAttributes): string | undefined {
    if (!isOneOf(asked.verb, 'get list watch')) return 'can only read resources of this type';
    if (asked.subresource) return 'cannot read subresource';
    if (!asked.namespace) return 'can only read namespaced object of this type';
    return this.related(node, asked);
  }

  get(node: string, asked: ResourceAttributes): string | undefined {
    if (asked.verb !== 'get') return 'can only get individual resources of this type';
    return asked.subresource ? 'cannot get subresource' : this.related(node, asked);
  }

  /** A pod of the node refers to the object. */
  related(node: string, { resource, namespace, name }: ResourceAttributes): string | undefined {
    if (!name) return 'No Object name found';
    const isRelated = this.#podsOn(node, namespace).some((pod) => (resource === 'pods' ? pod.metadata.name === name : this.#refersTo(pod, resource, name)));
    return isRelated ? undefined : `no relationship found between node '${node}' and this object`;
  }

  #podsOn(node: string, namespace: string | undefined): readonly Pod[] {
    return this.storage.list(Pods, namespace).filter((object): object is Pod => isPod(object) && object.spec.nodeName === node);
  }

  #refersTo(pod: Pod, resource: string, name: string): boolean {
    if (resource === 'serviceaccounts') return pod.spec.serviceAccountName === name;
    if (resource === 'persistentvolumes') return claimsOf(pod).some((claim) => this.#claim(pod, claim)?.spec.volumeName === name);
    if (resource === 'persistentvolumeclaims') return claimsOf(pod).includes(name);
    if (resource !== 'secrets' && resource !== 'configmaps') return false;
    return references(pod, resource).has(name);
  }

  #claim({ metadata: { namespace } }: Pod, name: string): PersistentVolumeClaim | undefined {
    return this.storage.find(PersistentVolumeClaims, namespace, name) as PersistentVolumeClaim | undefined;   // stored under its kind
  }
}

const withoutLimits: Rule = (of, _node, asked) => of.usual(asked);

const claimsOf = ({ spec, metadata }: Pod): readonly string[] => (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) =>
  (persistentVolumeClaim ? [persistentVolumeClaim.claimName] : ephemeral ? [`${metadata.name}-${name}`] : []));

/** Names of the secrets or config maps that a pod's spec mentions. */
function references({ spec }: Pod, resource: 'secrets' | 'configmaps'): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: string | undefined): void => { if (name) names.add(name); };
  const secret = resource === 'secrets';
  for (const { env = [], envFrom = [] } of [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]) {
    for (const { valueFrom } of env) add(secret ? valueFrom?.secretKeyRef?.name : valueFrom?.configMapKeyRef?.name);
    for (const { secretRef, configMapRef } of envFrom) add(secret ? secretRef?.name : configMapRef?.name);
  }
  for (const volume of spec.volumes ?? []) {
    add(secret ? volume.secret?.secretName : volume.configMap?.name);
    for (const source of volume.projected?.sources ?? []) add(secret ? source.secret?.name : source.configMap?.name);
  }
  if (secret) for (const { name } of spec.imagePullSecrets ?? []) add(name);
  return names;
}
