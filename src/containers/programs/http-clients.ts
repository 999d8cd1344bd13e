import type { HttpRequest, HttpResponse } from '../../net/types';
import { byteLength, header, reasonPhrase } from '../http';
import { FileError, baseName } from '../shell/files';
import type { Process, Program } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { readInput } from './input';
import { errnoText, addressOf, parseUrl, request, type Outcome, type Url } from './network';
import { type Options, withOptions } from './options';

const hostHeader = ({ host, port, scheme }: Url): string => (port === (scheme === 'https' ? 443 : 80) ? host : `${host}:${port}`);

const secondsMs = (text: string | undefined): number | undefined => (text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text) * 1_000);

/** wget as busybox and GNU have it: the page to a file or to standard output, what it does to standard error. */
const wget = withOptions(
  {
    flags: 'qScNk',
    valued: 'OTtUPoY',
    long: {
      spider: 'k',
      quiet: 'q',
      timeout: 'T',
      tries: 't',
      'output-document': 'O',
      header: 'H',
      'post-data': 'D',
      'no-check-certificate': 'c',
      'server-response': 'S',
      'user-agent': 'U',
      'no-verbose': 'q',
    },
  },
  function* (process, options) {
    const [target] = options.operands;
    const url = target === undefined ? undefined : parseUrl(target);
    if (!url || target === undefined) {
      yield* process.complain('missing URL');
      return 1;
    }
    return yield* download(process, options, target, url);
  },
);

function* download(process: Process, options: Options, target: string, url: Url): Running<number> {
  const busybox = process.system.dialect === 'ash' || process.system.dialect === 'dash' && process.system.find('busybox') !== undefined;
  const quiet = options.has('q');
  const say = (text: string): Running<void> => process.print(quiet ? '' : text, 2);
  const { host, port, path } = url;
  if (url.scheme === 'https') { yield* process.print(`wget: ${target}: TLS is not available in Podarium\n`, 2); return 1; }
  const address = yield* addressOf(process, host);
  if (!busybox)
    yield *
      say(
        `--${new Date(process.now()).toISOString().slice(0, 19).replace('T', ' ')}--  ${target.includes('://') ? target : `http://${target}`}\nResolving ${host} (${host})... `,
      );
  if (address === undefined) {
    yield *
      process.print(
        busybox
          ? `wget: bad address '${port === 80 ? host : `${host}:${port}`}'\n`
          : quiet
            ? ''
            : `failed: Name or service not known.\nwget: unable to resolve host address ‘${host}’\n`,
        2,
      );
    return busybox ? 1 : 4;
  }
  yield* say(busybox ? `Connecting to ${host}:${port} (${address}:${port})\n` : `${address}\nConnecting to ${host} (${host})|${address}|:${port}... `);
  const sent: HttpRequest = {
    method: options.has('D') ? 'POST' : options.has('k') ? 'HEAD' : 'GET', path,
    headers: { Host: hostHeader(url), 'User-Agent': options.value('U') ?? 'Wget', Connection: 'close' }, body: options.value('D') ?? '',
  };
  const outcome = yield* request(process, address, port, { kind: 'http', request: sent }, secondsMs(options.value('T')));
  if ('error' in outcome) {
    const text = outcome.error === 'no such host' ? 'No such host' : errnoText(outcome.error);
    if (busybox) yield* process.print(outcome.error === 'i/o timeout' ? 'wget: download timed out\n' : `wget: can't connect to remote host (${address}): ${text}\n`, 2);
    else yield* say(`failed: ${text}.\n`);
    return busybox ? 1 : 4;
  }
  if (outcome.reply.kind !== 'http') { yield* process.print('wget: error getting response: Connection reset by peer\n', 2); return 1; }
  return yield* receive(process, options, target, outcome.reply.response, busybox);
}

function* receive(process: Process, options: Options, target: string, response: HttpResponse, busybox: boolean): Running<number> {
  const { status, body } = response;
  const quiet = options.has('q');
  const say = (text: string): Running<void> => process.print(quiet ? '' : text, 2);
  if (options.has('S'))
    yield *
      process.print(
        `  HTTP/1.1 ${status} ${reasonPhrase(status)}\n${Object.entries(response.headers)
          .map(([name, value]) => `  ${name}: ${value}\n`)
          .join('')}`,
        2,
      );
  const location = header(response.headers, 'Location');
  if (status >= 300 && status < 400 && location !== undefined) {
    const next = parseUrl(location);
    if (next) return yield* download(process, options, location, next);
  }
  if (!busybox) yield* say(`connected.\nHTTP request sent, awaiting response... ${status} ${reasonPhrase(status)}\n`);
  if (status >= 400) {
    if (busybox) yield* process.print(`wget: server returned error: HTTP/1.1 ${status} ${reasonPhrase(status)}\n`, 2);
    else yield* say(`${new Date(process.now()).toISOString().slice(0, 19).replace('T', ' ')} ERROR ${status}: ${reasonPhrase(status)}.\n\n`);
    return busybox ? 1 : 8;
  }
  if (options.has('k')) { yield* say(busybox ? 'remote file exists\n' : 'Remote file exists.\n\n'); return 0; }
  const name = options.value('O') ?? (baseName(parseUrl(target)?.path.replace(/\?.*/, '') ?? '') || 'index.html');
  if (name === '-') {
    if (busybox) yield* say("writing to stdout\n");
    yield* process.print(body);
    if (busybox) yield* say(`-                    100% |********************************| ${String(byteLength(body)).padStart(5)}  0:00:00 ETA\nwritten to stdout\n`);
    return 0;
  }
  try { if (process.path(name) !== '/dev/null') process.system.files.write(process.path(name), body); } catch (error) {
    if (!(error instanceof FileError)) throw error;
    yield* process.complain(busybox ? `can't open '${name}': ${error.message}` : `${name}: ${error.message}`);
    return busybox ? 1 : 3;
  }
  yield *
    say(
      busybox
        ? `saving to '${name}'\n${name.padEnd(20)} 100% |********************************| ${String(byteLength(body)).padStart(5)}  0:00:00 ETA\n'${name}' saved\n`
        : `Saving to: ‘${name}’\n\n‘${name}’ saved [${byteLength(body)}]\n\n`,
    );
  return 0;
}

const curlErrors: Readonly<Record<string, number>> = { 'no such host': 6, 'connection refused': 7, 'no route to host': 7, 'i/o timeout': 28, 'connection reset by peer': 56 };

const curl: Program = withOptions(
  {
    flags: 'sSIvfLkigNG4#O',
    valued: 'owmXHdAubtFT',
    failure: 2,
    long: {
      silent: 's',
      'show-error': 'S',
      head: 'I',
      verbose: 'v',
      fail: 'f',
      location: 'L',
      insecure: 'k',
      include: 'i',
      get: 'G',
      output: 'o',
      'write-out': 'w',
      'max-time': 'm',
      request: 'X',
      header: 'H',
      data: 'd',
      'user-agent': 'A',
      user: 'u',
      'connect-timeout': 't',
      'data-raw': 'd',
      'no-buffer': 'N',
      'remote-name': 'O',
      'progress-bar': '#',
      ipv4: '4',
      cookie: 'b',
      'data-binary': 'd',
    },
  },
  function* (process, options) {
    if (options.operands.length === 0) {
      yield* process.print("curl: try 'curl --help' or 'curl --manual' for more information\n", 2);
      return 2;
    }
    let status = 0;
    for (const target of options.operands) {
      const url = parseUrl(target);
      if (!url) {
        yield* process.print(`curl: (3) URL rejected: Malformed input to a URL function\n`, 2);
        status = 3;
        continue;
      }
      status = yield* transfer(process, options, url);
    }
    return status;
  },
);

function* transfer(process: Process, options: Options, first: Url): Running<number> {
  const began = process.now();
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const sent = yield* curlRequest(process, options, url);
    if (typeof sent === 'number') return sent;
    const outcome = yield* connect(process, options, url, sent, began);
    if (typeof outcome === 'number') {
      yield* writeOut(process, options, url, undefined, began);
      return outcome;
    }
    const location = header(outcome.headers, 'Location');
    const next =
      options.has('L') && outcome.status >= 300 && outcome.status < 400 && location !== undefined
        ? parseUrl(location.startsWith('/') ? `${url.scheme}://${hostHeader(url)}${location}` : location)
        : undefined;
    if (!next || redirects >= 50) return yield* show(process, options, url, outcome, began);
    url = next;
  }
}

function* curlRequest(process: Process, options: Options, url: Url): Running<HttpRequest | number> {
  const headers: Record<string, string> = { Host: hostHeader(url), 'User-Agent': options.value('A') ?? 'curl/8.14.1', Accept: '*/*' };
  const parts: string[] = [];
  for (const data of options.values('d')) {
    if (!data.startsWith('@')) { parts.push(data); continue; }
    const text = yield* readInput(process, data.slice(1));
    if (text === undefined) return 26;
    parts.push(text.replace(/\n/g, ''));
  }
  const body = parts.join('&');
  const user = options.value('u');
  if (user !== undefined) headers['Authorization'] = `Basic ${btoa(user)}`;
  if (parts.length > 0 && !options.has('G')) { headers['Content-Length'] = String(byteLength(body)); headers['Content-Type'] = 'application/x-www-form-urlencoded'; }
  for (const line of options.values('H')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known];
    if (line.slice(colon + 1).trim() !== '') headers[name] = line.slice(colon + 1).trim();
  }
  const method = options.value('X') ?? (options.has('I') ? 'HEAD' : parts.length > 0 && !options.has('G') ? 'POST' : 'GET');
  return { method, path: options.has('G') && body ? `${url.path}${url.path.includes('?') ? '&' : '?'}${body}` : url.path, headers, body: options.has('G') ? '' : body };
}

/** Connects and asks; a failure is told and gives curl's own number for it. */
function* connect(process: Process, options: Options, url: Url, sent: HttpRequest, began: number): Running<HttpResponse | number> {
  const { host, port } = url;
  const limitMs = secondsMs(options.value('m'));
  const connectMs = secondsMs(options.value('t'));
  const timeoutMs = limitMs === undefined ? connectMs : Math.min(limitMs, connectMs ?? Infinity);
  const verbose = (text: string): Running<void> => process.print(options.has('v') ? text : '', 2);
  if (url.scheme !== 'http') return yield* failed(process, options, 1, `Protocol "${url.scheme}" is not available in Podarium`);
  const address = yield* addressOf(process, host);
  if (address !== undefined) yield* verbose(`*   Trying ${address}:${port}...\n`);
  const outcome: Outcome = address === undefined ? { error: 'no such host' } : yield* request(process, address, port, { kind: 'http', request: sent }, timeoutMs);
  if ('error' in outcome) {
    const tookMs = process.now() - began;
    const text =
      outcome.error === 'no such host'
        ? `Could not resolve host: ${host}`
        : outcome.error === 'i/o timeout'
          ? timeoutMs === undefined
            ? `Failed to connect to ${host} port ${port} after ${tookMs} ms: Could not connect to server`
            : `Connection timed out after ${tookMs} milliseconds`
          : outcome.error === 'connection reset by peer'
            ? 'Recv failure: Connection reset by peer'
            : `Failed to connect to ${host} port ${port} after ${tookMs} ms: Could not connect to server`;
    return yield* failed(process, options, curlErrors[outcome.error] ?? 7, text);
  }
  yield* verbose(`* Connected to ${host} (${address ?? ''}) port ${port}\n> ${sent.method} ${sent.path} HTTP/1.1\n${headerLines(sent.headers, '> ')}> \n`);
  if (outcome.reply.kind !== 'http')
    return (
      yield *
      failed(
        process,
        options,
        outcome.reply.kind === 'text' ? 1 : 52,
        outcome.reply.kind === 'text' ? 'Received HTTP/0.9 when not allowed' : 'Empty reply from server',
      )
    );
  const { response } = outcome.reply;
  yield* verbose(`< HTTP/1.1 ${response.status} ${reasonPhrase(response.status)}\n${headerLines(response.headers, '< ')}< \n`);
  return response;
}

const headerLines = (headers: Readonly<Record<string, string>>, prefix = '', end = '\n'): string =>
  Object.entries(headers)
    .map(([name, value]) => `${prefix}${name}: ${value}${end}`)
    .join('');

function* failed(process: Process, options: Options, code: number, text: string): Running<number> {
  if (!options.has('s') || options.has('S')) yield* process.print(`curl: (${code}) ${text}\n`, 2);
  return code;
}

function* show(process: Process, options: Options, url: Url, response: HttpResponse, began: number): Running<number> {
  const { status, headers, body } = response;
  const failing = options.has('f') && status >= 400;
  const head = options.has('I') || options.has('i') ? `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${headerLines(headers, '', '\r\n')}\r\n` : '';
  const text = failing ? head : head + (options.has('I') ? '' : body);
  const target = options.has('O') ? baseName(url.path.replace(/\?.*/, '')) : options.value('o');
  if (target === undefined || target === '-') yield* process.print(text);
  else if (process.path(target) !== '/dev/null') {
    try { process.system.files.write(process.path(target), text); } catch (error) {
      if (!(error instanceof FileError)) throw error;
      yield* process.print(`curl: (23) client returned ERROR on write, ${error.message}\n`, 2);
      return 23;
    }
  }
  yield* writeOut(process, options, url, response, began);
  return failing ? yield* failed(process, options, 22, `The requested URL returned error: ${status}`) : 0;
}

function* writeOut(process: Process, options: Options, url: Url, response: HttpResponse | undefined, began: number): Running<void> {
  const format = options.value('w');
  if (format === undefined) return;
  const values: Readonly<Record<string, string>> = {
    http_code: response ? String(response.status) : '000',
    response_code: response ? String(response.status) : '000',
    size_download: String(byteLength(response?.body ?? '')),
    time_total: ((process.now() - began) / 1000).toFixed(6),
    content_type: header(response?.headers ?? {}, 'Content-Type') ?? '',
    url_effective: `${url.scheme}://${hostHeader(url)}${url.path}`,
    remote_ip: url.host,
    num_redirects: '0',
  };
  yield* process.print(format.replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '').replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll('%%', '%'));
}

export const httpPrograms: Programs = { wget, curl };
