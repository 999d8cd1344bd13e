import { map, mergeMap, of, type Observable } from 'rxjs';
import { addressesOf, candidates, knownAddress } from './dns-names';
import type { NetError, Network, Reply, Resolver, Source } from './types';

/** `server` is absent when no server had to be asked; `name` is the one that was found. */
export type Resolution =
  | { readonly addresses: readonly string[]; readonly name: string; readonly server?: string }
  | { readonly error: 'no such host' | NetError; readonly server: string };

/** resolv.conf's own defaults. */
const timeoutMs = 5_000;
const attempts = 2;

type Answer = { readonly reply: Extract<Reply, { kind: 'dns' }>; readonly server: string } | { readonly error: NetError; readonly server: string };

/** Looks `name` up as a libc does: hosts file, then each candidate of the search list, asked over the network itself. */
export function resolveName(network: Pick<Network, 'connect'>, from: Source, resolver: Resolver, name: string): Observable<Resolution> {
  const known = knownAddress(name, resolver.hosts);
  if (known !== undefined) return of({ addresses: [known], name });
  const names = candidates(name, resolver);
  const ask = (at: number): Observable<Resolution> => {
    const candidate = names[at] ?? name;
    return query(network, from, resolver, candidate).pipe(mergeMap((answer): Observable<Resolution> => {
      const { server } = answer;
      if ('error' in answer) return of({ error: answer.error, server });
      const addresses = addressesOf(answer.reply.records);
      if (addresses.length > 0) return of({ addresses, name: candidate, server });
      return at + 1 < names.length ? ask(at + 1) : of({ error: 'no such host', server });
    }));
  };
  return ask(0);
}

/** One question: to each nameserver in turn, and all of them once more, until one answers. */
function query(network: Pick<Network, 'connect'>, from: Source, { nameservers }: Resolver, name: string): Observable<Answer> {
  const servers = Array.from({ length: attempts }, () => nameservers).flat();
  const ask = (at: number): Observable<Answer> => {
    const server = `${servers[at] ?? ''}:53`;
    return network.connect(from, servers[at] ?? '', 53, { kind: 'dns', name, recordType: 'A' }, { protocol: 'UDP', timeoutMs }).pipe(
      map((answer): Answer => {
        if ('error' in answer) return { error: answer.error, server };
        return answer.reply.kind === 'dns' ? { reply: answer.reply, server } : { error: 'connection reset by peer', server };
      }),
      mergeMap((answer) => ('error' in answer && at + 1 < servers.length ? ask(at + 1) : of(answer))),
    );
  };
  return servers.length === 0 ? of({ error: 'connection refused', server: '127.0.0.1:53' }) : ask(0);
}
