import { badRequest, conflict, invalid, invalidValue, modified, type StatusError } from '../api/status';
import type { KubeObject } from '../api/types';
import type { ObjectMeta } from '../schema/types';
import { timestamp } from '../lib/timestamp';
import { namespaceOf, type Scope } from './context';

/** What a client sent: it may lack what the path says of it, and its metadata everything. */
export type Draft = { readonly metadata?: Partial<ObjectMeta> };

const maxBaseLength = 58;   // 63 characters of a DNS label less the five of the suffix
const suffixLength = 5;

const serversOnCreate = ['selfLink', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields'] as const;
const serversOnUpdate = ['selfLink', 'generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'managedFields'] as const;

/** A copy without some fields; itself, as is usual, when it has none of them. */
function withoutFields(metadata: Partial<ObjectMeta>, fields: readonly (keyof ObjectMeta)[]): Partial<ObjectMeta> {
  if (!fields.some((field) => metadata[field] !== undefined)) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([field]) => !fields.some((each) => each === field)));
}

/** The metadata of an object to be created: what only the server may say is said by it. Throws BadRequest for another namespace than the path's. */
export function metadataForCreate(scope: Scope, draft: Draft): ObjectMeta {
  const { context: { uids, scheduler } } = scope;
  const namespace = namespaceOf(scope);
  const rest = withoutFields(draft.metadata ?? {}, serversOnCreate);
  const given = draft.metadata?.namespace;
  if (given && given !== namespace) throw namespaceMismatch(namespace);
  if (namespace !== undefined && rest.name && isMadeByComponent(rest) && !scope.kind.generation && !scope.request.options?.dryRun) {
    const { name } = rest;
    return { name, namespace, uid: uids.uuid(), resourceVersion: '', creationTimestamp: timestamp(scheduler.now()) };   // in one piece: half the room
  }
  const made: Making = {
    ...rest,
    name: rest.name || (rest.generateName ? generatedName(scope, rest.generateName) : ''),
    uid: uids.uuid(),
    resourceVersion: rest.resourceVersion ?? '',
    creationTimestamp: timestamp(scheduler.now()),
  };
  if (namespace !== undefined) made.namespace = namespace;   // one by one: spreads that are mostly empty cost more than all else here
  if (scope.kind.generation) made.generation = 1;
  return made.resourceVersion === '' && scope.request.options?.dryRun ? unversioned(made) : made;
}

/** Name and namespace in this order and nothing else, as nearly all objects come: events. */
function isMadeByComponent(metadata: Partial<ObjectMeta>): boolean {
  let at = 0;
  for (const field in metadata) if (field !== (at++ === 0 ? 'name' : 'namespace')) return false;
  return at === 2;
}

/** What is not stored has no version. */
function unversioned({ resourceVersion: _none, ...rest }: ObjectMeta): ObjectMeta {
  return rest as ObjectMeta; // all but what only storing gives
}

type Making = { -readonly [Field in keyof ObjectMeta]: ObjectMeta[Field] };

export const generatedName = ({ context: { names } }: Scope, base: string): string => base.slice(0, maxBaseLength) + names.suffix(suffixLength);

/** Checks that a body is about the object its path names. */
export function checkIdentity(scope: Scope, draft: Draft): void {
  const { name } = scope.request;
  const namespace = namespaceOf(scope);
  const metadata = draft.metadata ?? {};
  if (metadata.name !== name) {
    if (!metadata.name) throw badRequest('name must be provided');
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (metadata.namespace && metadata.namespace !== namespace) throw namespaceMismatch(namespace);
}

const namespaceMismatch = (namespace: string | undefined): StatusError =>
  badRequest(namespace === undefined ? 'namespace is not allowed on this type' : 'the namespace of the provided object does not match the namespace sent on the request');

/** The metadata of an update: identity and what the server keeps come from `previous`. Immutable parts that differ are left for validation to find. */
export function metadataForUpdate(draft: Draft, previous: KubeObject): ObjectMeta {
  if (draft.metadata === previous.metadata) return previous.metadata;
  const rest = withoutFields(draft.metadata ?? {}, serversOnUpdate);
  const { name, namespace, uid, resourceVersion, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } = previous.metadata;
  return {
    ...rest,
    name,
    ...(namespace !== undefined && { namespace }),
    uid: rest.uid || uid,
    resourceVersion,
    creationTimestamp,
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
}

/** A PUT must be about the stored object, not about its predecessor by the same name. Throws Conflict. */
export function checkUid({ kind }: Scope, draft: Draft, { metadata: { namespace, name, uid } }: KubeObject): void {
  const asked = draft.metadata?.uid;
  if (!asked || asked === uid) return;
  const path = [kind.facts.plural, ...(namespace === undefined ? [] : [namespace]), name].join('/');
  throw conflict(kind, name, `StorageError: invalid object, Code: 4, Key: /registry/${path}, ResourceVersion: 0, `
    + `AdditionalErrorMsg: Precondition failed: UID in precondition: ${asked}, UID in object meta: ${uid}`);
}

/** A write is about the version the client read, unless it names none and the kind allows that. Throws Conflict or Invalid. */
export function checkVersion({ kind }: Pick<Scope, 'kind'>, draft: { readonly metadata?: Partial<ObjectMeta> }, { metadata: { name, resourceVersion } }: KubeObject): void {
  const asked = draft.metadata?.resourceVersion;
  if (!asked) {
    if (kind.requiresVersionOnUpdate) throw invalid({ ...kind, kind: kind.facts.plural }, name,
      [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);   // upstream names the resource here
    return;
  }
  if (asked === resourceVersion) return;
  if (!/^\d+$/.test(asked)) throw invalid(kind, name, [invalidValue('metadata.resourceVersion', asked, `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`)]);
  throw modified(kind, name);
}
