import { badRequest, StatusError } from '../../api/status';
import type { Impersonated, User } from '../../api/types';
import { quoteGo } from '../../lib/go-format';
import { isDNS1123Label, isDNS1123Subdomain } from '../../lib/names';
import { check, refusal } from '../authorization/check';
import type { Attributes, Authorizer } from '../authorization/types';
import { authenticatedGroup, serviceAccountUser } from './authenticator';

const extraPrefix = 'impersonate-extra-';
const authenticationGroup = 'authentication.k8s.io';
/** From so many on, one question about all of them comes first. */
const manyChecks = 4;

/**
 * What the Impersonate-* headers of a request ask for. Several groups come joined by a comma and a space, as Node joins headers.
 * Throws BadRequest for groups without a user.
 */
export function impersonationOf(headers: Readonly<Record<string, string>>): Impersonated | undefined {
  const name = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = headers['impersonate-group']?.split(', ') ?? [];
  const extra: Record<string, readonly string[]> = {};
  for (const [header, value] of Object.entries(headers))
    if (header.startsWith(extraPrefix)) extra[unescaped(header.slice(extraPrefix.length)).toLowerCase()] = value.split(', ');
  const hasExtra = Object.keys(extra).length > 0;
  const wanted = { name, groups, ...(uid && { uid }), ...(hasExtra && { extra }) };
  if (name) return wanted;
  if (uid || groups.length > 0 || hasExtra) throw badRequest(`requested ${goUser(wanted)} without impersonating a user name`);
  return undefined;
}

function unescaped(key: string): string {
  try { return decodeURIComponent(key); } catch (error) {
    if (error instanceof URIError) return key;
    throw error;
  }
}

/** As Go prints the wanted user. */
function goUser({ name, uid = '', groups, extra }: Impersonated): string {
  const list = (texts: readonly string[]): string => `{${texts.map(quoteGo).join(', ')}}`;
  const map = extra ? `{${Object.entries(extra).map(([key, values]) => `${quoteGo(key)}:[]string${list(values)}`).join(', ')}}` : '(nil)';
  return `&user.DefaultInfo{Name:${quoteGo(name)}, UID:${quoteGo(uid)}, Groups:[]string${groups.length > 0 ? list(groups) : '(nil)'}, Extra:map[string][]string${map}}`;
}

/** A way to impersonate: constrained ones ask for the action too, the oldest for the identity alone. */
type Mode = { readonly name: string | undefined; applies(wanted: Impersonated, requestor: User): boolean };

const onlyName = ({ uid, groups, extra }: Impersonated): boolean => !uid && groups.length === 0 && !extra;
const modes: readonly Mode[] = [
  {
    name: 'associated-node',
    applies: (wanted, requestor) => onlyName(wanted) && accountOf(requestor.name) !== undefined && nodeNameOf(wanted.name) !== undefined
      && requestor.extra?.['authentication.kubernetes.io/node-name']?.[0] === nodeNameOf(wanted.name),
  },
  { name: 'arbitrary-node', applies: (wanted) => onlyName(wanted) && nodeNameOf(wanted.name) !== undefined },
  { name: 'serviceaccount', applies: (wanted) => onlyName(wanted) && accountOf(wanted.name) !== undefined },
  { name: 'user-info', applies: ({ name }) => nodeNameOf(name) === undefined && accountOf(name) === undefined },
  { name: undefined, applies: () => true },
];

/** The user a request goes on as. Throws Forbidden, in the words of the first way that was tried, when the requestor may not. */
export function impersonate(authorizer: Authorizer, wanted: Impersonated, asked: Attributes): User {
  let first: StatusError | undefined;
  for (const mode of modes) {
    if (!mode.applies(wanted, asked.user)) continue;
    try {
      if (mode.name !== undefined) check(authorizer, { ...asked, verb: `impersonate-on:${mode.name}:${asked.verb}` });
      return identity(authorizer, wanted, asked.user, mode.name);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      first ??= error;
    }
  }
  throw first ?? badRequest('all impersonation modes failed');
}

function identity(authorizer: Authorizer, wanted: Impersonated, user: User, mode: string | undefined): User {
  const { name, uid, groups, extra = {} } = wanted;
  const verb = mode === undefined ? 'impersonate' : `impersonate:${mode}`;
  const group = mode === undefined ? '' : authenticationGroup;
  const about = (of: Partial<Extract<Attributes, { resource: string }>>): Attributes => ({ user, verb, group, version: 'v1', resource: 'users', ...of });
  const account = accountOf(name);
  const node = mode === undefined ? undefined : nodeNameOf(name);
  if (account) check(authorizer, about({ resource: 'serviceaccounts', ...account }));
  else if (node !== undefined) check(authorizer, about({ resource: 'nodes', name: node }));
  else check(authorizer, about({ name }));
  if (uid) check(authorizer, about({ group: authenticationGroup, resource: 'uids', name: uid }));
  checkGroups(authorizer, groups, mode !== undefined, (each) => about({ resource: 'groups', name: each }));
  for (const [key, values] of Object.entries(extra)) for (const value of values)
    check(authorizer, about({ group: authenticationGroup, resource: 'userextras', subresource: key, name: value }));
  const implied = groups.length > 0 ? groups : account ? serviceAccountUser(account.namespace, account.name).groups.slice(0, 2) : node === undefined ? [] : ['system:nodes'];
  return { name, groups: withDefaultGroup(name, implied), ...(uid && { uid }), ...(wanted.extra && { extra: wanted.extra }) };
}

function checkGroups(authorizer: Authorizer, groups: readonly string[], constrained: boolean, about: (group: string) => Attributes): void {
  if (constrained && groups.includes('')) throw refusal(about(''), 'impersonating the empty string group is not allowed');
  if (constrained && groups.includes('system:masters')) throw refusal(about('system:masters'), 'impersonating the system:masters group is not allowed');
  if (constrained && groups.length >= manyChecks && authorizer.authorize(about('*')).allowed) return;
  for (const group of groups) check(authorizer, about(group));
}

function withDefaultGroup(name: string, groups: readonly string[]): readonly string[] {
  const needed = name === 'system:anonymous' ? 'system:unauthenticated' : groups.includes('system:unauthenticated') ? undefined : authenticatedGroup;
  return needed === undefined || groups.includes(needed) ? groups : [...groups, needed];
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  const [system, kind, namespace = '', name = '', ...more] = user.split(':');
  const fits = system === 'system' && kind === 'serviceaccount' && more.length === 0;
  return fits && isDNS1123Label(namespace).length === 0 && isDNS1123Subdomain(name).length === 0 ? { namespace, name } : undefined;
}

function nodeNameOf(user: string): string | undefined {
  const name = user.startsWith('system:node:') ? user.slice('system:node:'.length) : undefined;
  return name !== undefined && isDNS1123Subdomain(name).length === 0 ? name : undefined;
}
