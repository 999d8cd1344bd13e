import { quoteGo } from '../../lib/go-format';
import { CelRuntimeError } from '../errors';
import { fn, method, own, str, type Overload } from '../overload';
import { boolType, listOf, mapOf, opaque, stringType } from '../types';
import { LiteralMap, Opaque } from '../values';

/** An absolute URI or an absolute path, as Go's url.ParseRequestURI takes it. */
export class CelUrl extends Opaque {
  readonly typeName = 'kubernetes.URL';
  constructor(readonly text: string, readonly scheme: string, readonly host: string, readonly path: string, readonly query: string) { super(); }
  equals(other: Opaque): boolean { return other instanceof CelUrl && other.text === this.text; }
}

function parse(text: string): CelUrl | undefined {
  const [, scheme = '', rest = text] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  if (scheme === '' && !rest.startsWith('/')) return undefined;
  if (/[\s\p{Cc}]/u.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const [, authority, path = '', query = ''] = /^(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s.exec(rest) ?? [];
  if (authority === undefined && !path.startsWith('/')) return undefined;
  const host = (authority ?? '').replace(/^.*@/, '');
  if (/:[^\]]*$/.test(host) && !/:\d*$/.test(host) && !host.startsWith('[')) return undefined;
  if (host.startsWith('[') && !/^\[[0-9a-fA-F:.%]+\](:\d*)?$/.test(host)) return undefined;
  return new CelUrl(text, scheme.toLowerCase(), host, path, query);
}

function required(text: string): CelUrl {
  const url = parse(text);
  if (!url) throw new CelRuntimeError(`URL parse error during conversion from string: parse ${quoteGo(text)}: invalid URI for request`);
  return url;
}

const hostname = ({ host }: CelUrl): string => host.replace(/:\d*$/, '').replace(/^\[|\]$/g, '');
const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

function query({ query: text }: CelUrl): LiteralMap {
  const found = new Map<string, string[]>();
  for (const pair of text.split('&').filter(Boolean)) {
    const [key = '', ...value] = pair.split('=');
    found.set(decoded(key), [...(found.get(decoded(key)) ?? []), decoded(value.join('='))]);
  }
  return new LiteralMap(found);
}

const urlType = opaque('kubernetes.URL');
const url = own('kubernetes.URL', CelUrl);

export const urls: readonly Overload[] = [
  fn('url', [str], urlType, required),
  fn('isURL', [str], boolType, (text) => parse(text) !== undefined),
  method('getScheme', [url], stringType, ({ scheme }) => scheme),
  method('getHost', [url], stringType, ({ host }) => host),
  method('getHostname', [url], stringType, hostname),
  method('getPort', [url], stringType, ({ host }) => /:(\d+)$/.exec(host)?.[1] ?? ''),
  method('getEscapedPath', [url], stringType, ({ path }) => path),
  method('getQuery', [url], mapOf(stringType, listOf(stringType)), query),
];
