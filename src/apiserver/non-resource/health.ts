import type { ApiResponse } from '../../api/types';
import type { ServerContext } from '../context';
import type { NonResource } from './types';

/** What can be asked whether it works; a check that throws has failed. */
type Check = { readonly name: string; run(context: ServerContext): void };

const ping: Check = { name: 'ping', run: () => {} };
/** The store answers: its newest revision can be read. */
const etcd: Check = { name: 'etcd', run: ({ storage }) => void storage.revision };

const endpoints: Readonly<Record<string, readonly Check[]>> = { healthz: [ping, etcd], livez: [ping, etcd], readyz: [ping, etcd] };

/** The paths of all checks, as the root path lists them. */
export const healthPaths: readonly string[] = Object.entries(endpoints).flatMap(([name, checks]) => [`/${name}`, ...checks.map((check) => `/${name}/${check.name}`)]);

/** `/healthz`, `/livez`, `/readyz`, with `?verbose` and `?exclude=CHECK`, and each check by itself. */
export const health: NonResource = (context, { path, query }) => {
  const [name = '', ...rest] = path.split('/').filter(Boolean);
  const checks = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (!checks) return undefined;
  if (rest.length === 0) return overall(context, name, checks, new URLSearchParams(query));
  const one = checks.find((check) => check.name === rest.join('/'));
  if (!one) return undefined;
  const reason = failureOf(context, one);
  return reason === undefined ? text(200, 'ok') : text(500, `internal server error: ${reason}\n`);
};

const text = (code: number, body: string): ApiResponse =>
  ({ code, body, contentType: 'text/plain; charset=utf-8', headers: { 'cache-control': 'no-cache, private', 'x-content-type-options': 'nosniff' } });

function overall(context: ServerContext, name: string, checks: readonly Check[], query: URLSearchParams): ApiResponse {
  const excluded = new Set(query.getAll('exclude'));
  let healthy = true;
  const lines = checks.map((check) => {
    if (excluded.delete(check.name)) return `[+]${check.name} excluded: ok\n`;
    if (failureOf(context, check) === undefined) return `[+]${check.name} ok\n`;
    healthy = false;
    return `[-]${check.name} failed: reason withheld\n`;
  });
  const unknown = [...excluded];
  if (unknown.length > 0) lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map((each) => JSON.stringify(each)).join(',')}\n`);
  if (!healthy) return text(500, `${lines.join('')}${name} check failed\n`);
  return text(200, query.has('verbose') ? `${lines.join('')}${name} check passed\n` : 'ok');
}

function failureOf(context: ServerContext, check: Check): string | undefined {
  try { check.run(context); } catch (error) { return error instanceof Error ? error.message : String(error); }
  return undefined;
}
