import type { ApiResponse, KubeObject } from '../../api/types';
import { nameOf, namespaceOf, type Scope } from '../context';
import { decodeBody } from '../decode';
import { checkIdentity, checkUid, checkVersion, metadataForUpdate, type Draft } from '../metadata';
import type { Ownership } from '../ownership/record';
import { managedFieldsIn, statedOwnership } from '../ownership/stated';
import { noted, storeChange } from '../write';
import { represented } from './read';

/** Replaces an object, or with a subresource that part of it alone. */
export function update(scope: Scope): ApiResponse {
  const { kind, context: { storage }, request } = scope;
  const stored = request.name ? storage.find(kind, namespaceOf(scope), request.name) : undefined;
  const draft = decodeBody(scope, kind, request.body, stored);
  checkIdentity(scope, draft);
  const previous = stored ?? storage.get(kind, namespaceOf(scope), nameOf(scope));
  checkUid(scope, draft, previous);
  const stated = statedBy(scope, managedFieldsIn(scope.request.body));
  const replaced = replace(scope, draft, previous, stated && ((next) => noted(scope, next, previous, stated)));
  return { code: 200, body: represented(scope, replaced), warnings: scope.warnings };
}

/** What a client says of the owners; through a subresource it may say nothing. */
export const statedBy = ({ request }: Scope, managedFields: unknown): Ownership | undefined =>
  (request.subresource ? undefined : statedOwnership(managedFields));

/** The common end of PUT and PATCH: `draft` instead of `previous`. `ownership` says who owns the object to come, where that does not follow from the change. */
export function replace(scope: Scope, draft: Draft, previous: KubeObject, ownership?: (next: KubeObject) => Ownership): KubeObject {
  const store = (next: KubeObject): KubeObject => storeChange(scope, next, previous, ownership?.(next));
  checkVersion(scope, draft, previous);
  const metadata = metadataForUpdate(draft, previous);
  if (scope.request.subresource === 'status') return store(withStatus(previous, draft, metadata));
  const { kind, apiVersion } = scope.kind;
  const part = scope.request.subresource && scope.kind.parts?.[scope.request.subresource];
  const drafted: KubeObject = { ...draft, kind, apiVersion, metadata };
  const next = part ? drafted : withoutStatus(scope, drafted, previous);   // a part takes from the draft what it is about, which may be of the status
  const defaulted = scope.kind.defaults?.(next) ?? next;
  return store(part ? part(defaulted, previous) : defaulted);
}

type WithStatus = KubeObject & { readonly status?: unknown };

/** Everything but the status comes from `previous`; metadata as far as a client may change it. */
function withStatus(previous: KubeObject, draft: Draft, metadata: KubeObject['metadata']): KubeObject {
  const { status } = draft as Draft & { readonly status?: unknown };
  if (status !== undefined) return { ...previous, metadata, status } as WithStatus;
  const { status: _old, ...rest } = previous as WithStatus;
  return { ...rest, metadata };
}

/** Kinds with a status subresource keep their status through a change of the rest. */
function withoutStatus({ kind }: Scope, next: KubeObject, previous: KubeObject): KubeObject {
  if (!kind.facts.subresources.some(({ name }) => name === 'status')) return next;
  const { status } = previous as WithStatus;
  if (status !== undefined) return { ...next, status } as WithStatus;
  const { status: _ignored, ...rest } = next as WithStatus;
  return rest;
}
