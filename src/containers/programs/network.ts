import type { Connected, NetError, Payload } from '../../net/types';
import type { Surroundings } from '../types';
import type { Process } from '../shell/process';
import { type Running, firstOf } from '../shell/running';

export type Outcome = Connected | { readonly error: 'no such host' };
export type Url = { readonly scheme: string; readonly host: string; readonly port: number; readonly path: string };

/** `http://host:port/path`, with what is left out filled in; undefined when it is none. */
export const parseUrl = (text: string): Url | undefined => {
  const match = /^(?:([a-z]+):\/\/)?(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?([/?][^#]*)?/i.exec(text);
  if (match?.[2] === undefined) return undefined;
  const scheme = (match[1] ?? 'http').toLowerCase();
  const path = match[4] ?? '/';
  return { scheme, host: match[2].replace(/^\[|\]$/g, ''), port: Number(match[3] ?? (scheme === 'https' ? 443 : 80)), path: path.startsWith('?') ? `/${path}` : path };
};

const loopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '::1' || host === '0.0.0.0';

/** The process's way into its network; undefined, and told, where there is none. */
export const surroundingsOf = (process: Process): Surroundings | undefined => process.system.surroundings;

/** Sends something to a host and port by name or address; a program in a container is its own localhost. */
export function* request(process: Process, host: string, port: number, payload: Payload, timeoutMs?: number): Running<Outcome> {
  const surroundings = surroundingsOf(process);
  if (!surroundings) return { error: 'no route to host' };
  const { network, source, resolver } = surroundings;
  const target = loopback(host) ? source.ip : host;
  const outcome = yield* firstOf(network.request(source, resolver, target, port, payload, { ...(timeoutMs !== undefined && { timeoutMs }) }));
  return outcome ?? { error: 'connection reset by peer' };
}

/** What the kernel says of a failed connection. */
export const errnoText = (error: NetError): string =>
  ({
    'connection refused': 'Connection refused',
    'no route to host': 'No route to host',
    'i/o timeout': 'Connection timed out',
    'connection reset by peer': 'Connection reset by peer',
  })[error];

/** The address a name has; undefined when it has none. */
export function* addressOf(process: Process, name: string): Running<string | undefined> {
  if (/^\d+(?:\.\d+){3}$/.test(name)) return name;
  const surroundings = surroundingsOf(process);
  if (!surroundings) return undefined;
  if (loopback(name)) return '127.0.0.1';
  const known = surroundings.resolver.hosts?.[name];
  if (known !== undefined) return known;
  for (const candidate of searchNames(name, surroundings)) {
    const reply = yield* askDns(process, candidate, 'A');
    const record = typeof reply === 'object' ? reply.records.find(({ type }) => type === 'A') : undefined;
    if (record) return record.value;
  }
  return undefined;
}

/** The names a resolver tries for one, in order. */
export const searchNames = (name: string, { resolver }: Surroundings): readonly string[] => {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = resolver.search.map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 >= resolver.ndots ? [name, ...searched] : [...searched, name];
};

export type DnsAnswer = Extract<Extract<Connected, { reply: unknown }>['reply'], { kind: 'dns' }>;

/** One question to the name server; the error when it cannot be reached. */
export function* askDns(process: Process, name: string, recordType: 'A' | 'SRV' | 'PTR' | 'CNAME' | 'TXT', server?: string): Running<DnsAnswer | NetError> {
  const surroundings = surroundingsOf(process);
  const nameserver = server ?? surroundings?.resolver.nameservers[0];
  if (!surroundings || nameserver === undefined) return 'no route to host';
  const outcome = yield* firstOf(surroundings.network.connect(surroundings.source, nameserver, 53, { kind: 'dns', name, recordType }, { protocol: 'UDP', timeoutMs: 5_000 }));
  if (!outcome) return 'connection reset by peer';
  if ('error' in outcome) return outcome.error;
  return outcome.reply.kind === 'dns' ? outcome.reply : 'connection refused';
}
