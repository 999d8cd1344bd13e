import { badRequest, expired, forbiddenField, invalid, notSupported, StatusError } from '../../api/status';
import type { ApiResponse, KubeObject, ObjectList, RequestOptions } from '../../api/types';
import { nameOf, namespaceOf, type Scope } from '../context';
import { selectionOf } from '../selection';
import { partial, tableOf } from '../table';
import { decodeContinue, encodeContinue } from './continue-token';

const listOptions = { resource: 'listoptions.meta.k8s.io', kind: 'ListOptions', group: 'meta.k8s.io' };

/** One object, in the form asked for. */
export function get(scope: Scope): ApiResponse {
  const { context: { storage }, kind, request } = scope;
  checkVersionExists(scope, request.options?.resourceVersion);
  return { code: 200, body: represented(scope, storage.get(kind, namespaceOf(scope), nameOf(scope))) };
}

/** A single object as object, table or metadata alone. */
export function represented({ context: { scheduler }, kind, request }: Scope, object: KubeObject): unknown {
  if (request.as === 'metadata') return partial(object);
  if (request.as === 'table') return tableOf(kind, [object], { resourceVersion: object.metadata.resourceVersion }, scheduler.now(), request.options?.includeObject);
  return object;
}

/** A list: at the newest revision, at an exact one, or the next page of one begun before. */
export function list(scope: Scope): ApiResponse {
  const { context: { scheduler }, kind, request } = scope;
  const page = pageOf(scope, request.options ?? {});
  const items = request.as === 'metadata' ? page.items.map(partial) : page.items;
  if (request.as === 'table') return { code: 200, body: tableOf(kind, page.items, page.metadata, scheduler.now(), request.options?.includeObject) };
  const body: ObjectList<unknown> = request.as === 'metadata'
    ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: page.metadata, items }
    : { kind: `${kind.kind}List`, apiVersion: kind.apiVersion, metadata: page.metadata, items };
  return { code: 200, body };
}

/** The objects a list or deletecollection is about, all at one revision. */
export function selected(scope: Scope, options: RequestOptions, revision?: number): KubeObject[] {
  const { context: { storage }, kind, request } = scope;
  const selection = selectionOf(kind, options, request.name);
  const objects = storage.list(kind, namespaceOf(scope), revision);
  return selection ? objects.filter(selection) : objects;
}

function pageOf(scope: Scope, options: RequestOptions): { items: KubeObject[]; metadata: ObjectList<unknown>['metadata'] } {
  const { storage } = scope.context;
  checkOptions(options);
  const from = options.continue ? decodeContinue(options.continue) : undefined;
  const revision = from?.revision ?? exactRevision(scope, options) ?? storage.revision;
  const all = atRevision(scope, options, revision, from !== undefined);
  const rest = from ? all.filter((object) => after(object, from.start)) : all;
  if (!options.limit || rest.length <= options.limit) return { items: rest, metadata: { resourceVersion: String(revision) } };
  const items = rest.slice(0, options.limit);
  const last = items.at(-1);
  return {
    items,
    metadata: {
      resourceVersion: String(revision),
      ...(last && { continue: encodeContinue({ revision, start: position(last) }) }),
      // With a selector upstream cannot tell how many are left.
      ...(!options.labelSelector && !options.fieldSelector && { remainingItemCount: rest.length - items.length }),
    },
  };
}

function atRevision(scope: Scope, options: RequestOptions, revision: number, continued: boolean): KubeObject[] {
  try { return selected(scope, options, revision); } catch (error) {
    if (continued && StatusError.is(error, 'Expired'))
      throw expired('The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.');
    throw error;
  }
}

const position = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
const after = (object: KubeObject, start: string): boolean => position(object) > start;

function exactRevision(scope: Scope, { resourceVersion, resourceVersionMatch }: RequestOptions): number | undefined {
  checkVersionExists(scope, resourceVersion);
  return resourceVersionMatch === 'Exact' ? Number(resourceVersion) : undefined;
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

function checkOptions({ resourceVersion, resourceVersionMatch, continue: token }: RequestOptions): void {
  if (token && resourceVersion && resourceVersion !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  if (resourceVersionMatch === undefined) return;
  const field = 'resourceVersionMatch';
  if (!resourceVersion) throw invalid(listOptions, '', [forbiddenField(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided')]);
  if (resourceVersionMatch !== 'Exact' && resourceVersionMatch !== 'NotOlderThan')
    throw invalid(listOptions, '', [notSupported(field, resourceVersionMatch, ['Exact', 'NotOlderThan', ''])]);
  if (resourceVersionMatch === 'Exact' && resourceVersion === '0')
    throw invalid(listOptions, '', [forbiddenField(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')]);
}
