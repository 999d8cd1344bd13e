import { catchError, defaultIfEmpty, map, of, type Observable } from 'rxjs';
import type { Connected } from '../../net/types';
import { goNotFound, httpReply, parseTarget } from '../http';
import { goSignals, serverState, type Server, type ServerProcess } from '../server';
import { goTime } from './go-log';

type Flag = (argv: readonly string[], name: string) => string | undefined;
type Book = { readonly entries: Map<string, string>; readonly replicas: Set<string> };

const backendPort = 6379;
const frontendPort = 80;
const retryMs = 1_000;
const jsonText = (value: object) => httpReply(200, 'text/plain; charset=utf-8', JSON.stringify(value));

/**
 * `agnhost guestbook`: a primary keeps the entries and hands them to the replicas that register with it; frontends write to `agnhost-primary`
 * and read from `agnhost-replica`.
 */
export function guestbookServer(flag: Flag): Server {
  const book = serverState<Book>(() => ({ entries: new Map(), replicas: new Set() }));
  const portOf = ({ argv }: ServerProcess): number => Number(flag(argv, 'http-port') ?? frontendPort);
  const backendOf = ({ argv }: ServerProcess): number => Number(flag(argv, 'backend-port') ?? backendPort);

  const register = (process: ServerProcess, primary: string): void => {
    const { source } = process.surroundings;
    ask(process, primary, portOf(process), `/register?host=${source.ip}:${portOf(process)}`).subscribe((answer) => {
      if (answer === undefined) { process.later(retryMs, () => register(process, primary)); return; }
      const known: unknown = JSON.parse(answer);
      if (typeof known === 'object' && known !== null) for (const [key, value] of Object.entries(known)) book(process).entries.set(key, String(value));
    });
  };

  return {
    ports: (process) => [portOf(process)],
    banner: (process) => ({ stream: 'stderr', text: `${goTime(process.startedAt)} Guestbook listening on port ${portOf(process)}\n` }),
    start: (process) => {
      const primary = flag(process.argv, 'replicaof') ?? flag(process.argv, 'slaveof');
      if (primary !== undefined) register(process, primary);
    },
    answer: (process, _port, payload) => {
      if (payload.kind !== 'http') return { kind: 'text', text: '' };
      const { pathname, query } = parseTarget(payload.request.path);
      const { entries, replicas } = book(process);
      const [key, value] = [query.get('key') ?? '', query.get('value') ?? ''];
      switch (pathname) {
        case '/register': replicas.add(query.get('host') ?? ''); return jsonText(Object.fromEntries(entries));
        case '/get': return jsonText({ data: entries.get(key) ?? '' });
        case '/set':
          entries.set(key, value);
          for (const replica of replicas) ask(process, replica.split(':')[0] ?? '', Number(replica.split(':')[1]), setPath(key, value)).subscribe();
          return jsonText({ message: 'Updated' });
        case '/guestbook': return frontend(process, backendOf(process), query);
        case '/': return httpReply(200, 'text/html; charset=utf-8', '<html><body><h1>Guestbook</h1></body></html>\n');
        default: return goNotFound();
      }
    },
    signals: goSignals,
  };
}

const setPath = (key: string, value: string): string => `/set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`;

function frontend(process: ServerProcess, port: number, query: ReadonlyMap<string, string>) {
  const [key, value] = [query.get('key') ?? '', query.get('value') ?? ''];
  const [host, path] = query.get('cmd') === 'set' ? ['agnhost-primary', setPath(key, value)] : ['agnhost-replica', `/get?key=${encodeURIComponent(key)}`];
  return ask(process, host, port, path).pipe(map((answer) =>
    (answer === undefined ? httpReply(500, 'text/plain; charset=utf-8', `cannot reach ${host}\n`) : httpReply(200, 'text/plain; charset=utf-8', answer))));
}

/** A GET's body; undefined when nobody answers. */
function ask({ surroundings: { network, source, resolver } }: ServerProcess, host: string, port: number, path: string): Observable<string | undefined> {
  const request = { method: 'GET', path, headers: { Host: `${host}:${port}` }, body: '' };
  const body = (answer: Connected | { readonly error: string }): string | undefined =>
    ('reply' in answer && answer.reply.kind === 'http' && answer.reply.response.status === 200 ? answer.reply.response.body : undefined);
  return network.request(source, resolver, host, port, { kind: 'http', request }).pipe(map(body), defaultIfEmpty(undefined), catchError(() => of(undefined)));
}
