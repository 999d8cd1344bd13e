import type { KubeObject, User, WriteCause } from '../../api/types';
import type { KindCatalog } from '../../kinds/catalog';
import type { JsonObject } from '../../lib/json';
import type { Kind } from '../../kinds/define';
import type { Authorizer } from '../authorization/types';
import type { Storage } from '../storage';
import type { Reinvocation } from './reinvocation';

/** The kind of what is sent to a subresource. */
export type Posted = Pick<Kind, 'group' | 'version' | 'kind'>;

/** One write, as admission sees it: decoded and defaulted, not yet validated. */
export type Attributes = {
  /** `connect` begins a conversation with a pod, through its subresource. */
  readonly operation: 'create' | 'update' | 'delete' | 'connect';
  readonly kind: Kind;
  readonly subresource?: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  /** What is to be stored; absent on a delete. */
  readonly object?: KubeObject;
  /** What `object` is when it is none of the kind but sent to a subresource of one: an Eviction, a PodExecOptions. */
  readonly posted?: Posted | undefined;
  readonly previous?: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
  readonly storage: Storage;
  /** The moment of the request, in virtual milliseconds. */
  readonly now: number;
  /** What the client is to be warned of; plugins add to it. */
  readonly warnings: string[];
  readonly cause: WriteCause | undefined;
  readonly kinds: KindCatalog;
  readonly authorizer: Authorizer;
  /** The options of the request, as its kind on the wire (CreateOptions, UpdateOptions, PatchOptions, DeleteOptions). */
  readonly options: () => JsonObject;
  /** Notes something for the audit log. */
  readonly annotate?: ((key: string, value: string) => void) | undefined;
};

/** What a plugin does once the object is stored; not done for a dry run, nor when anything after the plugin refused. */
export type Afterwards = () => void;

/** One admission plugin, named as upstream names it. Plugins run in order: all that change the object first, then all that only judge. */
export type Admission = {
  readonly name: string;
  /** What it looks at beside objects: what is sent to such subresources (`pods/eviction`, `pods/exec`), or to all of them. */
  readonly posts?: readonly string[] | 'all';
  /** Resources it looks at; all when absent. */
  readonly resources?: readonly string[];
  /** Returns the object as it shall be, the same one when nothing is to change. Throws StatusError to refuse. */
  mutate?(object: KubeObject, attributes: Attributes, reinvocation: Reinvocation): KubeObject;
  /** Throws StatusError to refuse. May give back what is to be done once the object is stored. */
  validate?(attributes: Attributes): Afterwards | void;
};
