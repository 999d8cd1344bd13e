import { isLoopback, parseIPv4 } from './routes';
import type { DnsRecord, Resolver } from './types';

/** The names a resolver asks for, in order: with fewer dots than `ndots` the search list comes first, a final dot ends all searching. */
export function candidates(name: string, { search, ndots }: Pick<Resolver, 'search' | 'ndots'>): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = search.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

/** What needs no server: addresses, localhost, and /etc/hosts. */
export function knownAddress(name: string, hosts: Resolver['hosts'] = {}): string | undefined {
  if (parseIPv4(name) !== undefined || isLoopback(name)) return name;
  const bare = name.replace(/\.$/, '').toLowerCase();
  return Object.hasOwn(hosts, bare) ? hosts[bare] : bare === 'localhost' ? '127.0.0.1' : undefined;
}

/** The addresses an answer holds, whatever aliases lead to them. */
export const addressesOf = (records: readonly DnsRecord[]): readonly string[] => records.filter(({ type }) => type === 'A').map(({ value }) => value);

/** `10.244.1.5` as the name that reverse look-ups ask for. */
export const reverseName = (ip: string): string => `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
/** The address a reverse name stands for; undefined when it is none. */
export function reversedAddress(name: string): string | undefined {
  const ip = /^(\d+\.\d+\.\d+\.\d+)\.in-addr\.arpa$/.exec(name)?.[1]?.split('.').reverse().join('.');
  return ip !== undefined && parseIPv4(ip) !== undefined ? ip : undefined;
}
