import { createApiServer } from '../../src/apiserver/server';
import { bootstrap } from '../../src/apiserver/bootstrap';
import { handle } from '../../src/apiserver/http/handle';
import { warningPrefix } from '../../src/apiserver/not-emulated';
import { LocalClient } from '../../src/api/local-client';
import type { User } from '../../src/api/types';
import { Namespaces } from '../../src/kinds/core/namespace';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { VirtualClock } from '../../src/sim/clock';
import { Random } from '../../src/sim/random';
import { Store } from '../../src/store/store';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Request = { readonly method: string; readonly path: string; readonly query?: string; readonly contentType?: string; readonly accept?: string; readonly body?: Json };
type Response = { readonly code: number; readonly body?: Json; readonly warnings?: readonly string[] };
/** One request to a real 1.36 API server, and what it answered. */
export type Step = { readonly title: string; readonly request: Request; readonly response: Response };
/** What both servers answered to one step, without what no two servers have in common. */
export type Outcome = { readonly index: number; readonly title: string; readonly request: Request; readonly ours: Answer; readonly theirs: Answer };
type Answer = { readonly code: number; readonly body: Json; readonly warnings: readonly string[] };

/** The steps of a data file. */
export const stepsOf = (data: unknown): readonly Step[] => data as readonly Step[]; // recorded files have this shape: their README says so

const admin: User = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** Plays the steps in order against a fresh API server without controllers, in `namespace`, as they were recorded. */
export function replay(steps: readonly Step[], namespace: string): readonly Outcome[] {
  const scheduler = new VirtualClock(Date.UTC(2026, 10, 20));
  const server = createApiServer({ store: new Store(), scheduler, random: new Random(1) });
  const client = new LocalClient(server, admin);
  bootstrap(client, '172.18.0.2');
  client.create(Namespaces, { metadata: { name: namespace }, spec: {} });
  client.create(ServiceAccounts, { metadata: { name: 'default', namespace } });
  return steps.map(({ title, request, response }, index) => {
    const answer = handle(server, {
      method: request.method, path: request.path, query: request.query ?? '', user: admin, body: bodyText(request.body),
      headers: { ...(request.contentType && { 'content-type': request.contentType }), ...(request.accept && { accept: request.accept }) },
    });
    if (!('body' in answer)) throw new Error(`${title}: a stream where an answer was expected`);
    const given = new Set(JSON.stringify(request.body ?? null).match(/[\d.]+/g));
    return {
      index, title, request,
      ours: { code: answer.code, body: stable(parsed(answer.body), given), warnings: answer.warnings.filter((warning) => !warning.startsWith(warningPrefix)).map(warningText) },
      theirs: { code: response.code, body: stable(response.body ?? '', given), warnings: (response.warnings ?? []).map(warningText) },
    };
  });
}

const bodyText = (body: Json | undefined): string => (body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
const warningText = (warning: string): string => /^299 - "(.*)"$/.exec(warning)?.[1]?.replaceAll('\\"', '"') ?? warning;

function parsed(text: string): Json {
  try { return JSON.parse(text) as Json; } catch (error) { // what JSON.parse gives is JSON
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

const volatileFields = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'managedFields', 'selfLink']);
const volatileTexts: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<suffix>'],
  [/ResourceVersion in record \(\d+\)/g, 'ResourceVersion in record (<version>)'],
];
const isAllocated = (key: string): boolean => key === 'clusterIP' || key === 'clusterIPs' || key === 'nodePort';

/** The value without what differs from run to run: identities, times, random suffixes, and addresses that the request did not give. */
function stable(value: Json, given: ReadonlySet<string>, key = ''): Json {
  if (isAllocated(key) && (typeof value === 'string' || typeof value === 'number') && /^\d/.test(String(value)) && !given.has(String(value))) return '<allocated>';
  if (typeof value === 'string') return volatileTexts.reduce((text, [pattern, shown]) => text.replace(pattern, shown), value);
  if (Array.isArray(value)) return value.map((item: Json) => stable(item, given, key));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !volatileFields.has(name));
  return Object.fromEntries(kept.map(([name, each]) => [name, name === 'name' && isGenerated(value) ? '<generated>' : stable(each, given, name)]));
}

const isGenerated = (value: object): boolean => 'generateName' in value && typeof value.generateName === 'string' && 'name' in value && String(value.name).startsWith(value.generateName);

/** The part of an answer that is compared: the message of a Status, or the whole object. */
export const compared = ({ code, body, warnings }: Answer) => ({ code, warnings, ...(isStatus(body) ? { message: body.message ?? '' } : { body }) });
const isStatus = (body: Json): body is { readonly kind: 'Status'; readonly message?: Json } => typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
