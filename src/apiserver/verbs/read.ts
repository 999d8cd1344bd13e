import { badRequest, expired, StatusError } from '../../api/status';
import type { ApiResponse, KubeObject, ObjectList, RequestOptions } from '../../api/types';
import { nameOf, namespaceOf, type Scope } from '../context';
import { withManagedFields } from '../ownership/show';
import { selectionOf } from '../selection';
import { partial, tableOf, type TableOptions } from '../table';
import { after, decodeContinue, encodeContinue, type Continue } from './continue-token';
import { checkListOptions } from './list-options';

/** One object, in the form asked for. */
export function get(scope: Scope): ApiResponse {
  const { context: { storage }, kind, request } = scope;
  checkVersionExists(scope, request.options?.resourceVersion);
  return { code: 200, body: represented(scope, storage.get(kind, namespaceOf(scope), nameOf(scope))) };
}

/** An object as this client sees it. */
export const shown = ({ context: { kinds }, request }: Scope, object: KubeObject): KubeObject => (request.managedFields ? withManagedFields(kinds, object) : object);

const tableOptions = ({ context: { scheduler, descriptions }, request: { options } }: Scope): TableOptions =>
  ({ now: scheduler.now(), include: options?.includeObject, descriptions: descriptions() });

/** A single object as object, table or metadata alone. */
export function represented(scope: Scope, stored: KubeObject): unknown {
  const { kind, request } = scope;
  const object = shown(scope, stored);
  if (request.as === 'metadata') return partial(object);
  if (request.as === 'table') return tableOf(kind, [object], { resourceVersion: object.metadata.resourceVersion }, tableOptions(scope));
  return object;
}

/** A list: at the newest revision, at an exact one, or the next page of one begun before. */
export function list(scope: Scope): ApiResponse {
  const { kind, request } = scope;
  const page = shownPage(scope, pageOf(scope, request.options ?? {}));
  const items = request.as === 'metadata' ? page.items.map(partial) : page.items;
  if (request.as === 'table') return { code: 200, body: tableOf(kind, page.items, page.metadata, tableOptions(scope)) };
  const body: ObjectList<unknown> = request.as === 'metadata'
    ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: page.metadata, items }
    : { kind: kind.schema?.listKind ?? `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: kind.schema ? { continue: '', ...page.metadata } : page.metadata, items };
  return { code: 200, body };
}

/** The objects a list or deletecollection is about, all at one revision. */
export function selected(scope: Scope, options: RequestOptions, revision?: number): KubeObject[] {
  const { context: { storage }, kind, request } = scope;
  const selection = selectionOf(kind, options, request.name);
  const objects = storage.list(kind, namespaceOf(scope), revision);
  return selection ? objects.filter(selection) : objects;
}

const shownPage = (scope: Scope, page: Page): Page => (scope.request.managedFields ? { ...page, items: page.items.map((object) => shown(scope, object)) } : page);

type Page = { readonly items: readonly KubeObject[]; readonly metadata: ObjectList<unknown>['metadata'] };

function pageOf(scope: Scope, options: RequestOptions): Page {
  const { storage } = scope.context;
  checkListOptions(options);
  if (scope.kind.computed) return { items: selected(scope, options), metadata: { resourceVersion: '' } };
  const from = options.continue ? continued(options) : undefined;
  const revision = (from ? atLeastZero(from.revision) : exactRevision(scope, options)) ?? storage.revision;
  const all = atRevision(scope, options, revision, from);
  const rest = from ? all.filter((object) => position(scope, object) >= from.start) : all;
  const { limit = 0 } = options;
  if (limit <= 0 || rest.length <= limit) return { items: rest, metadata: { resourceVersion: String(revision) } };
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    metadata: {
      resourceVersion: String(revision),
      ...(last && { continue: encodeContinue({ revision, start: after(position(scope, last)) }) }),
      // With a selector upstream cannot tell how many are left.
      ...(!options.labelSelector && !options.fieldSelector && { remainingItemCount: rest.length - items.length }),
    },
  };
}

function continued({ continue: token = '', resourceVersion }: RequestOptions): Continue {
  const from = decodeContinue(token);
  if (resourceVersion && resourceVersion !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  return from;
}

/** A token that lost its revision goes on at the newest one. */
const atLeastZero = (revision: number): number | undefined => (revision < 0 ? undefined : revision);

const tooOld = 'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter';

function atRevision(scope: Scope, options: RequestOptions, revision: number, from: Continue | undefined): KubeObject[] {
  try { return selected(scope, options, revision); } catch (error) {
    if (!StatusError.is(error, 'Expired')) throw error;
    if (!from) throw expired('The resourceVersion for the provided list is too old.');
    throw new StatusError('Expired', `${tooOld}, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token ` +
      'results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    undefined, 410, { continue: encodeContinue({ revision: -1, start: from.start }) });
  }
}

/** Where an object stands in its list: its key from the list's prefix on. */
function position(scope: Scope, { metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined || namespaceOf(scope) !== undefined ? `/${name}` : `/${namespace}/${name}`;
}

/** The one revision a list must be of. With a limit, a version without a word on how it is meant is meant exactly. */
function exactRevision(scope: Scope, { resourceVersion, resourceVersionMatch, limit = 0 }: RequestOptions): number | undefined {
  checkVersionExists(scope, resourceVersion);
  const exactly = resourceVersionMatch === 'Exact' || (resourceVersionMatch === undefined && limit > 0 && resourceVersion !== '0');
  return exactly && resourceVersion ? Number(resourceVersion) : undefined;
}

/** A version is a number the store has reached. Throws BadRequest or Timeout. */
function checkVersionExists({ context: { storage } }: Scope, resourceVersion: string | undefined): void {
  if (!resourceVersion) return;
  if (!/^\d+$/.test(resourceVersion))
    throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  if (Number(resourceVersion) > storage.revision)
    throw new StatusError('Timeout', `Timeout: Too large resource version: ${resourceVersion}, current: ${storage.revision}`,
      { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 });
}
