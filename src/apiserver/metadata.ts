import { badRequest, invalid, invalidValue, modified, StatusError } from '../api/status';
import type { KubeObject } from '../api/types';
import type { ObjectMeta } from '../schema/types';
import { namespaceOf, timestamp, type Scope } from './context';

/** What a client sent: its metadata may lack everything. */
export type Draft = Omit<KubeObject, 'metadata'> & { readonly metadata?: Partial<ObjectMeta> };

const maxBaseLength = 58;   // 63 characters of a DNS label less the five of the suffix
const suffixLength = 5;

/** The metadata of an object to be created: what only the server may say is said by it. Throws BadRequest for another namespace than the path's. */
export function metadataForCreate(scope: Scope, draft: Draft): ObjectMeta {
  const { context: { uids, scheduler } } = scope;
  const namespace = namespaceOf(scope);
  const { namespace: given, selfLink: _selfLink, generation: _generation, deletionTimestamp: _at, deletionGracePeriodSeconds: _grace, managedFields: _fields, ...rest } = draft.metadata ?? {};
  if (given && given !== namespace) throw namespaceMismatch(namespace);
  return {
    ...rest,
    name: rest.name || (rest.generateName ? generatedName(scope, rest.generateName) : ''),
    ...(namespace !== undefined && { namespace }),
    uid: uids.uuid(),
    resourceVersion: rest.resourceVersion ?? '',
    creationTimestamp: timestamp(scheduler.now()),
    ...(scope.kind.generation && { generation: 1 }),
  };
}

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
  const { selfLink: _selfLink, generation: _generation, deletionTimestamp: _at, deletionGracePeriodSeconds: _grace, creationTimestamp: _created, ...rest } = draft.metadata ?? {};
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

/** A PUT must be about the stored object: same uid, and the version the client read unless it sends none. */
export function checkVersion({ kind }: Scope, draft: Draft, previous: KubeObject): void {
  const { uid, resourceVersion } = draft.metadata ?? {};
  const { name } = previous.metadata;
  const about = { name, ...(kind.group && { group: kind.group }), kind: kind.facts.plural };
  if (uid && uid !== previous.metadata.uid) {
    const path = [kind.facts.plural, ...(previous.metadata.namespace === undefined ? [] : [previous.metadata.namespace]), name].join('/');
    throw new StatusError('Conflict', `Operation cannot be fulfilled on ${kind.resource} "${name}": StorageError: invalid object, Code: 4, Key: /registry/${path}, `
      + `ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${previous.metadata.uid}`, about);
  }
  if (!resourceVersion) {
    if (kind.requiresVersionOnUpdate) throw invalid(kind, name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
    return;
  }
  if (resourceVersion !== previous.metadata.resourceVersion) {
    if (!/^\d+$/.test(resourceVersion))
      throw invalid(kind, name, [invalidValue('metadata.resourceVersion', resourceVersion, `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`)]);
    throw modified(kind, name);
  }
}
