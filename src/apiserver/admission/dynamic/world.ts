import type { KubeObject } from '../../../api/types';
import { Lazy, type Budget, type Variables } from '../../../cel/compile';
import { CelRuntimeError } from '../../../cel/errors';
import { CelAuthorizer, resourceCheckOf, type AccessQuestion, type Ask } from '../../../cel/library/authorizer';
import { CelMap, type Value } from '../../../cel/values';
import { Namespaces } from '../../../kinds/core/namespace';
import { compileWith } from '../../../kinds/admissionregistration/expressions';
import { usesOf, type PolicySpec } from '../../../kinds/admissionregistration/policy-rules';
import type { Attributes } from '../types';
import { admissionRequest, type Seen } from './seen';

/** The variables that every expression of a policy or a match condition may read. */
export function worldOf(seen: Seen, params?: KubeObject | null): Variables {
  const { attributes, object, oldObject } = seen;
  const ask = askOf(attributes);
  return {
    object: object ?? null, oldObject: oldObject ?? null,
    request: new Lazy(() => requestValue(seen)),
    namespaceObject: new Lazy(() => namespaceOf(attributes) ?? null),
    authorizer: new CelAuthorizer(ask),
    'authorizer.requestResource': new Lazy(() => resourceCheckOf(ask, requestResource(attributes))),
    ...(params !== undefined && { params }),
  };
}

/** In expressions the texts that the request has not are empty. */
const requestValue = (seen: Seen): unknown => {
  const request = admissionRequest(seen);
  return { subResource: '', requestSubResource: '', namespace: '', ...request };
};

function namespaceOf({ kind, namespace, storage, name, object }: Attributes): KubeObject | undefined {
  if (kind.resource === Namespaces.resource) return object ?? storage.find(Namespaces, undefined, name);
  return namespace === undefined ? undefined : storage.find(Namespaces, undefined, namespace);
}

const requestResource = ({ kind, subresource, namespace, name }: Attributes): Omit<AccessQuestion, 'verb'> =>
  ({ group: kind.group, resource: kind.facts.plural, name, ...(subresource && { subresource }), ...(namespace !== undefined && { namespace }) });

/** Asks the server's authorizer what the user, or a service account, may do. */
function askOf({ authorizer, user }: Attributes): Ask {
  return ({ user: account, verb, path, group = '', resource = '', subresource, namespace, name, fieldSelector }) => {
    const who = account === undefined ? user : { name: account, groups: serviceAccountGroups(account) };
    const { allowed, reason } = authorizer.authorize(path === undefined ? { user: who, verb, group, version: '*', resource, subresource, namespace, name, fieldSelector } : { user: who, verb, path });
    return { allowed, reason };
  };
}

const serviceAccountGroups = (account: string): readonly string[] =>
  ['system:serviceaccounts', `system:serviceaccounts:${account.split(':')[2] ?? ''}`, 'system:authenticated'];

/** `variables`: each is worked out when it is first read, and fails for all who read it when it fails. */
export class ComposedVariables extends CelMap {
  readonly typeName = 'kubernetes.variables';
  readonly #made = new Map<string, Lazy>();
  constructor(spec: PolicySpec, world: Variables, budget: Budget) {
    super();
    const { variables } = usesOf(spec);
    for (const [i, { name, expression }] of (spec.variables ?? []).entries()) {
      const uses = variables[i];
      if (uses) this.#made.set(name, new Lazy(() => compileWith(expression, uses).evaluate({ ...world, variables: this }, budget)));
    }
  }

  get(key: Value): Value | undefined {
    const made = typeof key === 'string' ? this.#made.get(key) : undefined;
    if (!made) return undefined;
    try {
      return made.value as Value; // what evaluate gave
    } catch (error) {
      if (error instanceof CelRuntimeError && error.name !== 'CelBudgetError') throw new CelRuntimeError(`composited variable ${JSON.stringify(key)} fails to evaluate: ${error.message}`);
      throw error;
    }
  }

  keys(): readonly Value[] { return [...this.#made.keys()]; }
}
