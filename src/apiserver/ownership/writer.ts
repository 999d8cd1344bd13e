import type { ApiRequest, User } from '../../api/types';
import type { Kind } from '../../kinds/define';
import type { Writer } from './record';

/** Programs whose name is not what their user is called. */
const programs: Readonly<Record<string, string>> = { 'system:apiserver': 'kube-apiserver', 'system:nodes': 'kubelet' };
const maxLength = 128;

/** The manager of a write: the parameter, or the first word of the User-Agent, or the program that a user is. */
export function managerOf({ options, userAgent, user }: ApiRequest): string {
  if (options?.fieldManager) return options.fieldManager;
  if (userAgent !== undefined) return agentName(userAgent) || 'unknown';
  return programOf(user);
}

const agentName = (userAgent: string): string => [...(userAgent.split('/', 1)[0] ?? '')].filter((letter) => /\P{C}/u.test(letter)).join('').slice(0, maxLength);

function programOf({ name }: User): string {
  if (programs[name] !== undefined) return programs[name];
  if (name.startsWith('system:node:')) return 'kubelet';
  if (name.startsWith('system:serviceaccount:kube-system:') && name.endsWith('-controller')) return 'kube-controller-manager';
  return /^system:(?:serviceaccount:[^:]+:)?([^:]+)$/.exec(name)?.[1] ?? 'unknown';
}

const writers = new WeakMap<Kind, Map<string, Writer>>();

/** Who writes; always the same object for the same, as there are very many writes by few. */
export function writerOf(kind: Kind, request: ApiRequest): Writer {
  const manager = managerOf(request);
  const { subresource = '' } = request;
  let known = writers.get(kind);
  if (!known) writers.set(kind, known = new Map());
  const key = subresource ? `${manager} ${subresource}` : manager;
  const found = known.get(key) ?? { manager, kind, subresource };
  if (!known.has(key)) known.set(key, found);
  return found;
}
