import { catchError, EMPTY, filter, map, type Observable } from 'rxjs';
import { badRequest, forbiddenField, internalError, invalid, invalidValue, StatusError, type FieldError } from '../../api/status';
import type { ApiServer, ConnectFrame, ConnectRequest } from '../../api/types';
import { parseTime } from '../../lib/time';
import type { ResourcePath } from './path';
import type { HttpCall, HttpConversation } from './types';

/** The door, and a knock: throws what the server itself would refuse, before a connection is upgraded or a kubelet asked. */
export type Connecting = Pick<ApiServer, 'connect'> & { checkConnect(request: ConnectRequest): void };

type Place = Pick<ConnectRequest, 'resource' | 'namespace' | 'name' | 'user'>;
type Opens = (server: Connecting, place: Place, query: URLSearchParams, call: HttpCall) => HttpConversation;

const openings: Readonly<Record<string, { readonly methods: readonly string[]; readonly open: Opens }>> = {
  log: { methods: ['GET'], open: logOf },
  exec: { methods: ['GET', 'POST'], open: (...asked) => sessionOf('exec', ...asked) },
  attach: { methods: ['GET', 'POST'], open: (...asked) => sessionOf('attach', ...asked) },
  portforward: { methods: ['GET', 'POST'], open: forwardOf },
};

/** A request that is no single question: logs, exec, attach, port-forward. Undefined for all others. Throws StatusError. */
export function conversationOf(server: Connecting, { kind: { resource }, namespace, name, subresource }: ResourcePath, call: HttpCall): HttpConversation | undefined {
  const opening = resource === 'pods' && subresource !== undefined && Object.hasOwn(openings, subresource) ? openings[subresource] : undefined;
  if (!opening || namespace === undefined || name === undefined) return undefined;
  if (!opening.methods.includes(call.method)) return undefined;
  return opening.open(server, { resource, namespace, name, user: call.user }, new URLSearchParams(call.query), call);
}

/** As upstream reads a boolean: there and not false. */
const flag = (query: URLSearchParams, name: string): boolean => query.has(name) && !/^(?:false|0)$/i.test(query.get(name) ?? '');

function logOf(server: Connecting, place: Place, query: URLSearchParams): HttpConversation {
  const container = query.get('container');
  const sinceTime = query.get('sinceTime');
  const tailLines = whole(query, 'tailLines');
  const sinceSeconds = whole(query, 'sinceSeconds');
  const limitBytes = whole(query, 'limitBytes');
  const errors = [...logErrors({ tailLines, sinceSeconds, limitBytes, sinceTime })];
  if (errors.length > 0) throw invalid({ resource: '', kind: 'PodLogOptions', group: '' }, place.name, errors);
  const request: ConnectRequest = {
    ...place, subresource: 'log', follow: flag(query, 'follow'), previous: flag(query, 'previous'), timestamps: flag(query, 'timestamps'),
    ...(container && { container }), ...(sinceTime && { sinceTime }),
    ...(tailLines !== undefined && { tailLines }), ...(sinceSeconds !== undefined && { sinceSeconds }), ...(limitBytes !== undefined && { limitBytes }),
  };
  server.checkConnect(request);
  return { code: 200, contentType: 'text/plain', text: server.connect(request).pipe(textOnly) };
}

const textOnly = (frames: Observable<ConnectFrame>): Observable<string> => frames.pipe(filter((frame) => frame.stream !== 'exit'), map((frame) => frame.text));

type LogNumbers = Readonly<Record<'tailLines' | 'sinceSeconds' | 'limitBytes', number | undefined>> & { readonly sinceTime: string | null };

function* logErrors({ tailLines, sinceSeconds, limitBytes, sinceTime }: LogNumbers): Generator<FieldError> {
  if (tailLines !== undefined && tailLines < 0) yield invalidValue('tailLines', tailLines, 'must be greater than or equal to 0');
  if (limitBytes !== undefined && limitBytes < 1) yield invalidValue('limitBytes', limitBytes, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime) yield forbiddenField('', 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  else if (sinceSeconds !== undefined && sinceSeconds < 1) yield invalidValue('sinceSeconds', sinceSeconds, 'must be greater than 0');
  else if (sinceTime) checkTime(sinceTime);
}

function checkTime(text: string): void {
  try { parseTime(text); } catch (error) { throw badRequest(error instanceof Error ? error.message : String(error)); }
}

function whole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function sessionOf(subresource: 'exec' | 'attach', server: Connecting, place: Place, query: URLSearchParams, { headers }: HttpCall): HttpConversation {
  const container = query.get('container');
  const streams = { stdin: flag(query, 'stdin'), stdout: flag(query, 'stdout'), stderr: flag(query, 'stderr'), tty: flag(query, 'tty') };
  const request: ConnectRequest = { ...place, subresource, command: query.getAll('command'), tty: streams.tty, rawKeys: streams.tty, ...(container && { container }) };
  server.checkConnect({ ...request, ...(streams.stdin && { stdin: EMPTY }) });
  checkUpgrade(headers);
  if (!streams.stdin && !streams.stdout && !streams.stderr) throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  const open = (stdin: Observable<string>) => server.connect({ ...request, ...(streams.stdin && { stdin }) }).pipe(catchError(refusedByKubelet));
  return { ...streams, session: subresource === 'exec' ? open : (stdin) => open(stdin).pipe(map(withoutCode)) };
}

/** Who attaches hears that the process has ended, not how. */
const withoutCode = (frame: ConnectFrame): ConnectFrame => (frame.stream === 'exit' ? { stream: 'exit', code: 0 } : frame);

/** After the upgrade all that goes wrong is the server's own trouble with the kubelet. */
function refusedByKubelet(error: unknown): never {
  if (!(error instanceof StatusError) || error.reason === 'InternalError') throw error;
  throw internalError(`unable to upgrade connection: ${error.message}`);
}

function forwardOf(server: Connecting, place: Place, query: URLSearchParams, { headers }: HttpCall): HttpConversation {
  const request: ConnectRequest = { ...place, subresource: 'portforward' };
  server.checkConnect(request);
  checkUpgrade(headers);
  const ports = query.getAll('ports').flatMap((text) => text.split(',')).map(Number);
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) throw badRequest('query parameter "ports" must be port numbers');
  return { ports, forward: (port, stdin) => server.connect({ ...request, port, stdin }).pipe(textOnly) };
}

function checkUpgrade({ upgrade }: HttpCall['headers']): void {
  if (!upgrade) throw new StatusError('BadRequest', 'Upgrade request required');
}
