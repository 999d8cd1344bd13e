import type { KubeObject } from '../../../api/types';
import { matches } from '../../../lib/selectors';
import type { ParamKind, ParamRef } from '../../../schema/types';
import type { Kind } from '../../../kinds/define';
import type { Attributes } from '../types';

/** The parameters a binding refers to cannot be had; the message is upstream's. */
export class ParamsError extends Error {
  override readonly name = 'ParamsError';
}

/** Each set of parameters that a policy is to be applied with; null alone where it has none. @throws ParamsError */
export function paramsOf(paramKind: ParamKind | undefined, reference: ParamRef | undefined, attributes: Attributes): readonly (KubeObject | null)[] {
  if (!paramKind || !reference) return [null];
  const kind = kindOf(paramKind, attributes);
  const found = select(kind, reference, namespaceOf(kind, reference, attributes), attributes);
  if (found.length === 0 && reference.parameterNotFoundAction === 'Deny') throw new ParamsError('no params found for policy binding with `Deny` parameterNotFoundAction');
  return found;
}

function kindOf({ apiVersion = '', kind: name = '' }: ParamKind, { kinds }: Attributes): Kind {
  for (const kind of kinds.all()) if (kind.kind === name && kind.apiVersion === apiVersion) return kind;
  throw new ParamsError(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${name}'`);
}

function namespaceOf(kind: Kind, { namespace }: ParamRef, attributes: Attributes): string | undefined {
  if (!kind.namespaced) {
    if (namespace) throw new ParamsError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
    return undefined;
  }
  if (namespace) return namespace;
  if (attributes.namespace === undefined) throw new ParamsError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  return attributes.namespace;
}

function select(kind: Kind, { name, selector }: ParamRef, namespace: string | undefined, { storage }: Attributes): readonly KubeObject[] {
  if (!name) return storage.list(kind, namespace).filter(({ metadata }) => matches(selector, metadata.labels));
  const found = storage.find(kind, namespace, name);
  return found ? [found] : [];
}
