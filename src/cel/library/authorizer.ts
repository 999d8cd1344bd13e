import { CelRuntimeError } from '../errors';
import { method, own, str, type Overload } from '../overload';
import { boolType, opaque, stringType } from '../types';
import { Opaque } from '../values';

/** What is asked of the authorizer: a path, or a resource. */
export type AccessQuestion = {
  readonly verb: string;
  /** Another than who makes the request: `system:serviceaccount:ns:name`. */
  readonly user?: string;
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
};
export type AccessAnswer = { readonly allowed: boolean; readonly reason: string; readonly error?: string };
export type Ask = (question: AccessQuestion) => AccessAnswer;

/** The variable `authorizer`: asks what the user who makes the request may do. */
export class CelAuthorizer extends Opaque {
  readonly typeName = 'kubernetes.authorization.Authorizer';
  constructor(readonly ask: Ask, readonly user?: string) { super(); }
  equals(other: Opaque): boolean { return other === this; }
}

class Check extends Opaque {
  constructor(readonly typeName: string, readonly ask: Ask, readonly question: Omit<AccessQuestion, 'verb'>) { super(); }
  with(more: Partial<AccessQuestion>, type = this.typeName): Check { return new Check(type, this.ask, { ...this.question, ...more }); }
  equals(other: Opaque): boolean { return other === this; }
}
class Decision extends Opaque {
  readonly typeName = 'kubernetes.authorization.Decision';
  constructor(readonly answer: AccessAnswer) { super(); }
  equals(other: Opaque): boolean { return other === this; }
}

const name = (short: string): string => `kubernetes.authorization.${short}`;
const check = (short: string) => {
  const text = name(short);
  return { type: opaque(text), is: (value: unknown): value is Check => value instanceof Check && value.typeName === text };
};
export const authorizerType = opaque(name('Authorizer'));
/** The type of `authorizer.requestResource`: a check already bound to what the request is about. */
export const resourceCheckType = opaque(name('ResourceCheck'));
const authorizer = own(name('Authorizer'), CelAuthorizer);
const [pathCheck, groupCheck, resourceCheck] = [check('PathCheck'), check('GroupCheck'), check('ResourceCheck')];
const decision = own(name('Decision'), Decision);

/** The value of `authorizer.requestResource`. */
export const resourceCheckOf = (ask: Ask, question: Omit<AccessQuestion, 'verb'>): Opaque => new Check(name('ResourceCheck'), ask, question);

const asUser = ({ user }: CelAuthorizer): { user?: string } => (user === undefined ? {} : { user });
const decided = (of: Check, verb: string): Decision => new Decision(of.ask({ ...of.question, verb }));

function path(of: CelAuthorizer, text: string): Check {
  if (text === '') throw new CelRuntimeError('path must not be empty');
  return new Check(name('PathCheck'), of.ask, { ...asUser(of), path: text });
}

export const authorization: readonly Overload[] = [
  method('path', [authorizer, str], pathCheck.type, path),
  method('group', [authorizer, str], groupCheck.type, (of, group) => new Check(name('GroupCheck'), of.ask, { ...asUser(of), group })),
  method('serviceAccount', [authorizer, str, str], authorizerType, (of, namespace, account) => new CelAuthorizer(of.ask, `system:serviceaccount:${namespace}:${account}`)),
  method('resource', [groupCheck, str], resourceCheckType, (of, resource) => of.with({ resource }, name('ResourceCheck'))),
  method('subresource', [resourceCheck, str], resourceCheckType, (of, subresource) => of.with({ subresource })),
  method('namespace', [resourceCheck, str], resourceCheckType, (of, namespace) => of.with({ namespace })),
  method('name', [resourceCheck, str], resourceCheckType, (of, text) => of.with({ name: text })),
  method('fieldSelector', [resourceCheck, str], resourceCheckType, (of, fieldSelector) => of.with({ fieldSelector })),
  method('labelSelector', [resourceCheck, str], resourceCheckType, (of, labelSelector) => of.with({ labelSelector })),
  method('check', [pathCheck, str], decision.type, decided),
  method('check', [resourceCheck, str], decision.type, decided),
  method('allowed', [decision], boolType, ({ answer }) => answer.allowed),
  method('reason', [decision], stringType, ({ answer }) => answer.reason),
  method('errored', [decision], boolType, ({ answer }) => answer.error !== undefined),
  method('error', [decision], stringType, ({ answer }) => answer.error ?? ''),
];
