import { forbidden } from '../../api/status';
import { Nodes } from '../../kinds/core/node';
import { Pods } from '../../kinds/core/pod';
import { ServiceAccounts } from '../../kinds/core/serviceaccount';
import { equal } from '../../lib/equality';
import type { AuthenticationV1TokenRequest, Node, Pod } from '../../schema/types';
import { nodeOf } from '../authorization/node';
import { isPod } from './pod-spec';
import type { Admission, Attributes } from './types';

const mirrorAnnotation = 'kubernetes.io/config.mirror';
const restrictedDomain = 'node-restriction.kubernetes.io';
const isNode = (object: unknown): object is Node => typeof object === 'object' && object !== null && 'kind' in object && object.kind === Nodes.kind;

/** Kubelets write their own node, and the pods that run there, alone; and ask for tokens of these pods. */
export const nodeRestriction: Admission = {
  name: 'NodeRestriction',
  resources: [Pods.resource, Nodes.resource],
  posts: ['pods/eviction', 'serviceaccounts/token'],

  validate(attributes) {
    const node = nodeOf(attributes.user);
    if (node === undefined) return;
    const why = (reasons[attributes.kind.resource] ?? ofPod)(node, attributes);
    if (why !== undefined) throw forbidden(attributes.kind, attributes.name, why);
  },
};

function ofNode(node: string, { name, operation, object, previous }: Attributes): string | undefined {
  const own = JSON.stringify(node);
  if (name !== node) return `node ${own} is not allowed to modify node ${JSON.stringify(name)}`;
  if (operation === 'delete' || !isNode(object)) return undefined;
  const before = isNode(previous) ? previous : undefined;
  if (before && !equal(before.spec?.taints ?? [], object.spec?.taints ?? [])) return `node ${own} is not allowed to modify taints`;
  const changed = changedLabels(before?.metadata.labels ?? {}, object.metadata.labels ?? {}).filter((label) => domainOf(label).endsWith(restrictedDomain));
  return changed.length === 0 ? undefined : `is not allowed to modify labels: ${changed.join(', ')}`;
}

/** Why a token may not be asked for. Throws NotFound. */
function ofToken(node: string, { object, storage, namespace }: Attributes): string | undefined {
  const { boundObjectRef: bound } = (object as AuthenticationV1TokenRequest).spec ?? {};   // what is posted there is one
  if (bound?.kind !== 'Pod' || bound.apiVersion !== 'v1' || !bound.name) return 'node requested token not bound to a pod';
  if (!bound.uid) return 'node requested token with a pod binding without a uid';
  return isOn(node, storage.get(Pods, namespace, bound.name)) ? undefined : 'node requested token bound to a pod scheduled on a different node';
}

const reasons: Readonly<Record<string, (node: string, attributes: Attributes) => string | undefined>> = { [Nodes.resource]: ofNode, [ServiceAccounts.resource]: ofToken };

const domainOf = (label: string): string => (label.includes('/') ? label.split('/', 1)[0] ?? '' : '');
const changedLabels = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] =>
  (before === after ? [] : [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((label) => before[label] !== after[label]).sort());

function ofPod(node: string, { operation, subresource, object, previous, storage, namespace, name }: Attributes): string | undefined {
  const own = JSON.stringify(node);
  if (subresource === 'eviction') return isOn(node, storage.find(Pods, namespace, name)) ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`;
  if (operation === 'delete') return isOn(node, previous) ? undefined : `node ${own} can only delete pods with spec.nodeName set to itself`;
  if (operation === 'create') return object && isPod(object) ? ofNewPod(own, node, object) : undefined;
  if (subresource !== 'status') return `unexpected operation "UPDATE", node ${own} can only create and delete mirror pods`;
  if (!isOn(node, previous)) return `node ${own} can only update pod status for pods with spec.nodeName set to itself`;
  return equal(previous?.metadata.labels, object?.metadata.labels) ? undefined : `node ${own} cannot update labels through pod status`;
}

const isOn = (node: string, pod: unknown): boolean => typeof pod === 'object' && pod !== null && 'spec' in pod && (pod as Pod).spec.nodeName === node;

function ofNewPod(own: string, node: string, { metadata, spec }: Pod): string | undefined {
  if (metadata.annotations?.[mirrorAnnotation] === undefined) return `pod does not have ${JSON.stringify(mirrorAnnotation)} annotation, node ${own} can only create mirror pods`;
  if (spec.nodeName !== node) return `node ${own} can only create pods with spec.nodeName set to itself`;
  return spec.serviceAccountName ? `node ${own} can not create pods that reference a service account` : undefined;
}
