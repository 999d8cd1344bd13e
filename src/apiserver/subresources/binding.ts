import { badRequest, conflict, invalid, notFound, required } from '../../api/status';
import type { ApiResponse } from '../../api/types';
import { Pods } from '../../kinds/core/pod';
import { timestamp } from '../../lib/timestamp';
import type { Binding, Pod, PodCondition, PodSpec, PodStatus } from '../../schema/types';
import { withTopologyOf } from '../admission/pod-topology-labels';
import { nameOf, namespaceOf, type Scope } from '../context';
import { judgePosted } from './posted';

const bound = new WeakMap<PodSpec, Map<string, PodSpec>>();

const bindings = { group: '', version: 'v1', kind: 'Binding' };

/** Assigns a pod to a node: what the scheduler writes. Answers with a Status, as upstream. */
export function bind(scope: Scope): ApiResponse {
  const { context: { storage, scheduler }, request } = scope;
  const name = request.subresource ? nameOf(scope) : bindingOf(request.body).metadata?.name ?? '';
  const { target, metadata } = bindingOf(request.body);
  const node = target?.name;
  if (!node) throw invalid({ resource: 'bindings', kind: 'Binding', group: '' }, metadata?.name ?? '', [required('target.name')]);
  if (metadata?.name && metadata.name !== name) throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (request.subresource) judgePosted(scope, 'binding', bindings, bindingOf(request.body));
  const pod = storage.find(Pods, namespaceOf(scope), name) as Pod | undefined;   // stored under Pods, so it is one
  if (!pod) throw notFound(Pods, name);
  const asBinding = { resource: 'pods/binding', kind: 'Binding', group: '' };
  if (pod.metadata.deletionTimestamp) throw conflict(asBinding, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw conflict(asBinding, name, `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec.schedulingGates?.length) throw conflict(asBinding, name, `pod ${name} has non-empty .spec.schedulingGates`);
  if (!request.options?.dryRun) storage.replace(Pods, assigned(withTopologyOf(pod, node, storage), node, scheduler.now()), pod, request.cause);
  return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
}

const bindingOf = (body: unknown): Partial<Binding> => (typeof body === 'object' && body !== null ? body : {});

const assigned = (pod: Pod, node: string, now: number): Pod => ({ ...pod, spec: specOn(pod.spec, node), status: scheduled(pod.status, timestamp(now)) });

const nothingYet: PodStatus = {};
let latest: { readonly at: string; readonly of: WeakMap<PodStatus, PodStatus> } | undefined;

/** The status of a pod that has its node. Pods that nothing has happened to yet share one, and so do those of them that are bound in the same second. */
function scheduled(status: PodStatus = nothingYet, at: string): PodStatus {
  if (latest?.at !== at) latest = { at, of: new WeakMap() };
  const known = latest.of.get(status);
  if (known) return known;
  const condition: PodCondition = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at };
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const { nominatedNodeName: _noLongerMeant, ...kept } = status;
  const made = { ...kept, conditions: [...others, condition] };
  latest.of.set(status, made);
  return made;
}

/** All pods of one template on one node share one spec. */
function specOn(spec: PodSpec, nodeName: string): PodSpec {
  const byNode = bound.get(spec) ?? new Map<string, PodSpec>();
  const known = byNode.get(nodeName);
  if (known) return known;
  const made = { ...spec, nodeName };
  bound.set(spec, byNode.set(nodeName, made));
  return made;
}
