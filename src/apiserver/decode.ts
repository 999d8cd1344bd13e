import { badRequest } from '../api/status';
import type { Kind } from '../kinds/define';
import { isObject } from '../lib/json';
import type { Scope } from './context';
import type { Draft } from './metadata';

/** The body of a create or update as an object of `kind`. Throws BadRequest in the words of upstream's decoder. */
export function decodeBody(_scope: Scope, kind: Kind, body: unknown): Draft {
  return typed(kind, body);
}

/** The outcome of a patch as an object of `kind`. */
export function decodePatched(_scope: Scope, kind: Kind, body: unknown): Draft {
  return typed(kind, body);
}

function typed(kind: Kind, body: unknown): Draft {
  if (!isObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  return { ...body, kind: kind.kind, apiVersion: kind.apiVersion };
}
