import type { ApiResponse, KubeObject } from '../../api/types';
import type { Namespace } from '../../schema/types';
import { nameOf, type Scope } from '../context';
import { decodeBody } from '../decode';
import { checkIdentity, checkVersion } from '../metadata';
import { shown } from '../verbs/read';
import { remove, storeChange } from '../write';

const isNamespace = (object: KubeObject): object is Namespace => object.kind === 'Namespace';

/** Writes a namespace's spec.finalizers. With the last one the namespace itself goes. */
export function finalize(scope: Scope): ApiResponse {
  const { context: { storage }, kind, request } = scope;
  const draft = decodeBody(scope, kind, request.body);
  checkIdentity(scope, draft);
  const previous = storage.get(kind, undefined, nameOf(scope));
  if (!isNamespace(previous)) throw new Error('finalize is served for namespaces only');
  checkVersion(scope, draft, previous);
  const { finalizers } = (draft as Partial<Namespace>).spec ?? {};
  const { finalizers: _old, ...rest } = previous.spec;
  const next: Namespace = { ...previous, spec: { ...rest, ...(finalizers?.length && { finalizers }) } };
  const over = previous.metadata.deletionTimestamp !== undefined && !finalizers?.length && !previous.metadata.finalizers?.length;
  return { code: 200, body: shown(scope, over ? remove(scope, next, previous) : storeChange(scope, next, previous)) };
}
