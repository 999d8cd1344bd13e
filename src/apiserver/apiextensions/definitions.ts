import type { Subscription } from 'rxjs';
import { parseKey } from '../../api/keys';
import type { ApiRequest, ApiResponse, KubeObject, User, WriteCause } from '../../api/types';
import { cleanupFinalizer, CustomResourceDefinitions, withCondition } from '../../kinds/apiextensions/customresourcedefinition';
import { isConditionTrue } from '../../kinds/apiextensions/spec-rules';
import { customResourceKinds } from '../../kinds/custom-resources/kinds';
import type { Kind } from '../../kinds/define';
import { equal } from '../../lib/equality';
import { timestamp } from '../../lib/timestamp';
import type { CustomResourceDefinition, CustomResourceDefinitionStatus } from '../../schema/types';
import type { ServerContext } from '../context';
import { prefixOf } from '../storage';
import { converterOf } from './conversion';
import { takenNames, withApproval, withEstablished, withNames } from './naming';

const component = 'kube-apiserver';
const user: User = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };
/** As much as one turn deletes. */
const burst = 500;

type Call = (request: ApiRequest) => ApiResponse;
const kind: Kind<KubeObject> = CustomResourceDefinitions;
const isDefinition = (object: KubeObject | undefined): object is CustomResourceDefinition => object?.kind === CustomResourceDefinitions.kind;

/** What is served of a definition, and what of it that depends on. */
type Served = { readonly spec: unknown; readonly names: unknown; readonly isTerminating: boolean };

/**
 * Keeps what is served in step with the definitions: accepts their names, establishes them, serves their resources, and when they are deleted
 * removes their objects first. Each look at a definition is an action on the clock, after the change that asked for it.
 */
export class CustomResources {
  readonly #served = new Map<string, Served>();
  readonly #emptying = new Map<string, Subscription>();

  /** `plan` has a definition looked at, soon. */
  constructor(private readonly context: ServerContext, private readonly call: Call, private readonly plan: (name: string) => void) {}

  /** Brings what is served in step with one definition. @throws StatusError when it could not be done yet */
  look(name: string): void {
    const definition = this.context.storage.find(kind, undefined, name);
    if (!isDefinition(definition)) return this.#forget(name);
    const time = timestamp(this.context.scheduler.now());
    const others = [...this.context.storage.list(kind, undefined)].filter(isDefinition).filter(({ metadata, spec }) => metadata.name !== name && spec.group === definition.spec.group);
    const named = withNames(definition, takenNames(others), time);
    const approved = withApproval({ ...definition, status: named }, time);
    if (!equal(approved, definition.status)) return void this.#updateStatus(definition, approved);
    this.#serve(definition);
    const established = withEstablished(definition, time);
    if (established !== definition.status) return void this.#updateStatus(definition, established);
    if (definition.metadata.deletionTimestamp !== undefined && definition.metadata.finalizers?.includes(cleanupFinalizer)) this.#empty(definition, time);
  }

  /** Puts an established definition's resources into the catalogue, anew when something about them changed. */
  #serve(definition: CustomResourceDefinition): void {
    const { metadata: { name, deletionTimestamp }, spec, status } = definition;
    if (!isConditionTrue(definition, 'Established')) return;
    const next: Served = { spec, names: status?.acceptedNames, isTerminating: deletionTimestamp !== undefined };
    const now = this.#served.get(name);
    if (now && now.isTerminating === next.isTerminating && equal(now.spec, next.spec) && equal(now.names, next.names)) return;
    this.#served.set(name, next);
    this.context.kinds.set(name, customResourceKinds(definition, converterOf(this.context, definition)));
  }

  /** The definition is gone: its resources are served no more, and its names are free for others. */
  #forget(name: string): void {
    this.#emptying.get(name)?.unsubscribe();
    this.#emptying.delete(name);
    if (this.#served.delete(name)) this.context.kinds.remove(name);
    const group = name.slice(name.indexOf('.') + 1);
    for (const other of this.context.storage.list(kind, undefined)) if (isDefinition(other) && other.spec.group === group) this.plan(other.metadata.name);
  }

  /** Deletes the objects of a definition that is going; lets it go when none is left. */
  #empty(definition: CustomResourceDefinition, time: string): void {
    const { name } = definition.metadata;
    const resource = this.context.kinds.find(name);
    const objects = resource ? this.context.storage.list(resource, undefined) : [];
    if (objects.length === 0) return this.#release(definition, time);
    const begun = terminating(definition.status ?? {}, 'True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress', time);
    if (!equal(begun, definition.status)) return void this.#updateStatus(definition, begun);
    if (resource) this.#deleteAll(name, resource, objects);
  }

  #deleteAll(name: string, resource: Kind<KubeObject>, objects: readonly KubeObject[]): void {
    const { store } = this.context.storage;
    if (!this.#emptying.has(name)) {
      const subscription = store.watch(prefixOf(resource), store.revision).subscribe(({ value }) => { if (value === undefined) this.plan(name); });
      this.#emptying.set(name, subscription);
    }
    const left = objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    for (const { metadata: { namespace, name: each } } of left.slice(0, burst))
      this.#write(name, { verb: 'delete', resource: resource.resource, version: resource.version, name: each, ...(namespace !== undefined && { namespace }) });
    if (left.length > burst) this.plan(name);
  }

  #release(definition: CustomResourceDefinition, time: string): void {
    const completed = terminating(definition.status ?? {}, 'False', 'InstanceDeletionCompleted', 'removed all instances', time);
    const told = equal(completed, definition.status) ? definition : this.#updateStatus(definition, completed);
    const finalizers = (told.metadata.finalizers ?? []).filter((each) => each !== cleanupFinalizer);
    this.#update({ ...told, metadata: { ...told.metadata, finalizers } });
  }

  #updateStatus(definition: CustomResourceDefinition, status: CustomResourceDefinitionStatus): CustomResourceDefinition { return this.#update({ ...definition, status }, 'status'); }

  #update(definition: CustomResourceDefinition, subresource?: string): CustomResourceDefinition {
    const { name } = definition.metadata;
    const { body } = this.#write(name, { verb: 'update', resource: kind.resource, name, body: definition, ...(subresource && { subresource }), options: { fieldManager: component } });
    return body as CustomResourceDefinition;   // an update answers with the object as it is now
  }

  #write(name: string, request: Omit<ApiRequest, 'user' | 'cause'>): ApiResponse {
    const cause: WriteCause = { component, key: parseKey(name).name, revision: this.context.storage.revision };
    return this.call({ ...request, user, cause });
  }
}

const terminating = (status: CustomResourceDefinitionStatus, is: string, reason: string, message: string, time: string): CustomResourceDefinitionStatus =>
  withCondition(status, { type: 'Terminating', status: is, reason, message, lastTransitionTime: time });
