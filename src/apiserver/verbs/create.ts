import { StatusError } from '../../api/status';
import type { ApiResponse, KubeObject } from '../../api/types';
import type { Scope } from '../context';
import type { Kind } from '../../kinds/define';
import type { ObjectMeta } from '../../schema/types';
import { decodeBody } from '../decode';
import { generatedName, metadataForCreate, type Draft } from '../metadata';
import { managedFieldsIn } from '../ownership/stated';
import { noted, storeNew } from '../write';
import { represented } from './read';
import { statedBy } from './update';

const maxTries = 8;

/** Stores a new object. A generated name that is taken is tried again with another, eight times, as upstream. */
export function create(scope: Scope): ApiResponse {
  const { kind, request } = scope;
  const draft = decodeBody(scope, kind, request.body);
  if (draft.metadata?.resourceVersion && !request.options?.dryRun) throw new StatusError('', 'resourceVersion should not be set on objects to be created');
  const object = completed(draft, kind, metadataForCreate(scope, draft));
  const defaulted = kind.defaults?.(object) ?? object;
  const base = draft.metadata?.name ? undefined : draft.metadata?.generateName;
  const stated = statedBy(scope, managedFieldsIn(request.body));
  const store = (next: KubeObject): KubeObject => storeNew(scope, next, stated && noted(scope, next, undefined, stated));
  return { code: 201, body: represented(scope, base === undefined ? store(defaulted) : storeNamed(scope, defaulted, base, store)), warnings: scope.warnings };
}

/** Copied, then set: at twice the speed of both in one. */
function completed(draft: Draft, { kind, apiVersion }: Kind, metadata: ObjectMeta): KubeObject {
  const object: Draft & { kind?: string; apiVersion?: string; metadata?: Partial<ObjectMeta> } = { ...draft };
  object.kind = kind;
  object.apiVersion = apiVersion;
  object.metadata = metadata;
  return object as KubeObject;   // with all that an object has
}

function storeNamed(scope: Scope, object: KubeObject, base: string, store: (object: KubeObject) => KubeObject): KubeObject {
  for (let tries = 1; ; tries++) {
    const named = tries === 1 ? object : { ...object, metadata: { ...object.metadata, name: generatedName(scope, base) } };
    try { return store(named); } catch (error) {
      if (!StatusError.is(error, 'AlreadyExists')) throw error;
      if (tries < maxTries) continue;
      throw new StatusError('AlreadyExists', `${error.message}, the server was not able to generate a unique name for the object`, { ...error.details, retryAfterSeconds: 1 });
    }
  }
}
