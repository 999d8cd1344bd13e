import type { HttpRequest, Reply } from '../../net/types';
import { isList, isObject, type JsonObject } from '../../lib/json';
import { json, parseTarget, plainText } from '../http';
import { type Server, goSignals } from '../server';
import { reviewIn } from './agnhost-webhook';

/** One object in another version: `hostPort` of v1 is `host` and `port` in v2. A text says why that cannot be. */
function converted(object: JsonObject, to: string): JsonObject | string {
  const from = String(object['apiVersion'] ?? '');
  if (from === to) return `conversion from a version to itself should not call the webhook: ${to}`;
  const [toVersion, fromVersion] = [to.split('/')[1], from.split('/')[1]];
  if (fromVersion === 'v1' && toVersion === 'v2') return split({ ...object, apiVersion: to });
  if (fromVersion === 'v2' && toVersion === 'v1') return joined({ ...object, apiVersion: to });
  return `unexpected conversion version ${JSON.stringify(fromVersion ?? '')}`;
}

function split({ hostPort, ...rest }: JsonObject): JsonObject | string {
  if (hostPort === undefined) return rest;
  const parts = String(hostPort).split(':');
  return parts.length === 2 ? { ...rest, host: parts[0], port: parts[1] } : `invalid hostPort value ${JSON.stringify(hostPort)}`;
}

function joined({ host, port, ...rest }: JsonObject): JsonObject {
  return host === undefined && port === undefined ? rest : { ...rest, hostPort: `${String(host ?? '')}:${String(port ?? '')}` };
}

function answer(request: HttpRequest): Reply {
  const { pathname } = parseTarget(request.path);
  if (pathname === '/readyz') return plainText('ok');
  if (pathname !== '/crdconvert') return plainText('404 page not found\n', 404);
  const given = reviewIn(request);
  if (!given) return plainText('Request could not be decoded\n', 400);
  const { review, request: { uid, desiredAPIVersion, objects } } = given;
  const made = (isList(objects) ? objects : []).map((object) => (isObject(object) ? converted(object, String(desiredAPIVersion)) : 'not an object'));
  const wrong = made.find((each) => typeof each === 'string');
  const response = wrong === undefined ? { uid, result: { metadata: {}, status: 'Success' }, convertedObjects: made }
    : { uid, result: { metadata: {}, status: 'Failure', message: wrong }, convertedObjects: [] };
  return json({ kind: 'ConversionReview', apiVersion: review['apiVersion'], response });
}

type Flag = (argv: readonly string[], name: string) => string | undefined;

/** `agnhost crd-conversion-webhook`: converts the custom resource of upstream's tests. */
export const conversionServer = (flag: Flag): Server => ({
  ports: ({ argv }) => [Number(flag(argv, 'port') ?? 443)],
  tls: () => true,
  answer: (_process, _port, payload) => (payload.kind === 'http' ? answer(payload.request) : { kind: 'text', text: '' }),
  signals: goSignals,
});
