import type { PodSpec } from '../schema/types';
import { internalTypes, type InternalType } from './internal-types';

type Part = { readonly go: string; readonly wire: string; readonly holds: '' | '#' | '?' | '*' | '='; readonly type: InternalType | undefined };
type Values = Readonly<Record<string, unknown>>;

const token = /^(\w+?)([#?*=]?)((?<=[*=])[A-Z]\w*)?(?::(\w+))?$/;
const plans = new Map<InternalType, readonly Part[]>();
const isInternalType = (name: string | undefined): name is InternalType => name !== undefined && name in internalTypes;

/** `DNSPolicy` is `dnsPolicy` on the wire, `TTY` is `tty`. */
const wireName = (go: string): string => go.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (capitals) => capitals.toLowerCase());

function partsOf(type: InternalType): readonly Part[] {
  const known = plans.get(type);
  if (known) return known;
  const parts = internalTypes[type].split(' ').map((text): Part => {
    const [, go = '', holds = '', inner, wire] = token.exec(text) ?? [];
    return { go, holds: holds as Part['holds'], type: isInternalType(inner) ? inner : undefined, wire: wire ?? wireName(go) }; // the pattern admits no other
  });
  plans.set(type, parts);
  return parts;
}

const zeros = { '': '', '#': 0, '?': false, '*': null } as const;

/** A value as the API server's own types hold it; some messages show that form. Absent fields have Go's zero values. */
export function internalForm(type: InternalType, value: object): Values {
  const values: Values = { ...value };
  return Object.fromEntries(partsOf(type).map(({ go, wire, holds, type: inner }) => {
    const given = values[wire];
    if (holds === '=') return [go, internalForm(inner ?? type, isObject(given) ? given : {})];
    if (given === undefined || given === null) return [go, zeros[holds]];
    return [go, inner ? nested(inner, given) : sorted(given)];
  }));
}

function nested(type: InternalType, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => (isObject(item) ? internalForm(type, item) : item));
  return isObject(value) ? internalForm(type, value) : value;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Go writes the keys of maps in order. */
function sorted(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A pod spec likewise; there, what concerns the host is part of the security context. */
export function internalPodSpec(spec: PodSpec): Values {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  const securityContext = { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers, ...spec.securityContext };
  return internalForm('PodSpec', { ...spec, securityContext });
}
