import type { HttpRequest, Payload } from '../../net/types';
import type { Program } from '../shell/process';
import type { Process } from '../shell/process';
import type { Programs } from '../shell/programs';
import type { Running } from '../shell/running';
import { suspend } from '../shell/running';
import { decodeReply, encodeCommand, type RedisValue } from '../images/redis-protocol';
import { addressOf, askDns, errnoText, request, searchNames, surroundingsOf } from './network';
import { withOptions } from './options';

const nslookup: Program = function* (process) {
  const args = process.argv.slice(1);
  const typed = args.find((arg) => /^-(?:query)?type=|^-q=/.test(arg));
  const [name, server] = args.filter((arg) => !arg.startsWith('-'));
  const surroundings = surroundingsOf(process);
  const nameserver = server ?? surroundings?.resolver.nameservers[0];
  if (name === undefined || !surroundings || nameserver === undefined) { yield* process.complain('missing name or name server'); return 1; }
  const serverAddress = yield* addressOf(process, nameserver);
  const wanted = typed?.slice(typed.indexOf('=') + 1).toUpperCase();
  const reverse = /^\d+(?:\.\d+){3}$/.test(name);
  const recordType = reverse ? 'PTR' : wanted === 'SRV' || wanted === 'CNAME' || wanted === 'TXT' || wanted === 'PTR' ? wanted : 'A';
  const names = reverse ? [`${name.split('.').toReversed().join('.')}.in-addr.arpa`] : searchNames(name, surroundings);
  let failure = "can't find";
  for (const candidate of names) {
    const answer = yield* askDns(process, candidate, recordType, serverAddress);
    if (typeof answer === 'string') { failure = 'unreachable'; break; }
    if (answer.code !== 'NOERROR' || answer.records.length === 0) continue;
    yield* process.print(`Server:\t\t${nameserver}\nAddress:\t${serverAddress ?? nameserver}${process.system.dialect === 'ash' ? ':53' : '#53'}\n\n`);
    for (const record of answer.records) {
      yield *
        process.print(
          record.type === 'A'
            ? `Name:\t${record.name}\nAddress: ${record.value}\n`
            : record.type === 'PTR'
              ? `${record.name}\tname = ${record.value}\n`
              : record.type === 'CNAME'
                ? `${record.name}\tcanonical name = ${record.value}\n`
                : `${record.name}\t${record.type === 'SRV' ? 'service' : 'text'} = ${record.value}\n`,
        );
    }
    yield* process.print('\n');
    return 0;
  }
  if (failure === 'unreachable') {
    yield* process.print(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  yield *
    process.print(
      `Server:\t\t${nameserver}\nAddress:\t${serverAddress ?? nameserver}${process.system.dialect === 'ash' ? ':53' : '#53'}\n\n** server can't find ${names.at(-1) ?? name}: NXDOMAIN\n\n`,
    );
  return 1;
};

const dig: Program = function* (process) {
  const args = process.argv.slice(1);
  const short = args.includes('+short');
  const server = args.find((arg) => arg.startsWith('@'))?.slice(1);
  const [name = '.', ...rest] = args.filter((arg) => !/^[@+-]/.test(arg));
  const wanted = rest.find((arg) => /^(?:A|SRV|PTR|CNAME|TXT)$/i.test(arg))?.toUpperCase();
  const recordType = wanted === 'SRV' || wanted === 'PTR' || wanted === 'CNAME' || wanted === 'TXT' ? wanted : 'A';
  const surroundings = surroundingsOf(process);
  const names = args.includes('+search') && surroundings ? searchNames(name, surroundings) : [name.replace(/\.$/, '')];
  for (const [index, candidate] of names.entries()) {
    const answer = yield* askDns(process, candidate, recordType, server);
    if (typeof answer === 'string') {
      yield *
        process.print(
          `;; communications error to ${server ?? surroundings?.resolver.nameservers[0] ?? ''}#53: ${answer === 'i/o timeout' ? 'timed out' : answer}\n;; no servers could be reached\n`,
        );
      return 9;
    }
    if (answer.records.length === 0 && index < names.length - 1) continue;
    const lines = answer.records.map((record) => (short ? `${record.value}\n` : `${record.name}.\t\t${record.ttlSeconds}\tIN\t${record.type}\t${record.value}\n`)).join('');
    yield *
      process.print(
        short
          ? lines
          : `;; ->>HEADER<<- opcode: QUERY, status: ${answer.code}, id: 4711\n\n;; QUESTION SECTION:\n;${candidate}.\t\tIN\t${recordType}\n\n` +
          `${lines ? `;; ANSWER SECTION:\n${lines}\n` : ''};; SERVER: ${server ?? surroundings?.resolver.nameservers[0] ?? ''}#53\n`,
      );
    return 0;
  }
  return 0;
};

const getent: Program = function* (process) {
  const [database, name = ''] = process.argv.slice(1);
  if (database !== 'hosts' && database !== 'ahosts') { yield* process.complain(`Unknown database: ${database ?? ''}`); return 1; }
  const address = yield* addressOf(process, name);
  if (address === undefined) return 2;
  yield* process.print(`${address.padEnd(15)} ${name}\n`);
  return 0;
};

/** An HTTP message as it goes over a connection. */
const messageText = (firstLine: string, { headers, body }: Pick<HttpRequest, 'headers' | 'body'>): string =>
  `${firstLine}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;

/** nc: a connection from here, or with -l to here. */
const nc = withOptions({ flags: 'zvlnukc', valued: 'wpqe' }, function* (process, options) {
  const [first, second] = options.operands;
  if (options.has('l')) return yield* listen(process, Number(options.value('p') ?? second ?? first), options.has('k'));
  const port = Number(second);
  if (first === undefined || Number.isNaN(port)) { yield* process.complain('missing host or port'); return 1; }
  const address = yield* addressOf(process, first);
  if (address === undefined) {
    yield *
      process.print(
        process.system.dialect === 'ash'
          ? `nc: bad address '${first}'\n`
          : `nc: getaddrinfo for host "${first}" port ${second ?? ''}: Name or service not known\n`,
        2,
      );
    return 1;
  }
  const timeoutMs = options.value('w') === undefined ? undefined : Number(options.value('w')) * 1_000;
  const probe = yield* request(process, address, port, { kind: 'connect' }, timeoutMs);
  if ('error' in probe) {
    const text = probe.error === 'no such host' ? 'Host not found' : errnoText(probe.error);
    if (options.has('v') || !options.has('z'))
      yield *
        process.print(
          process.system.dialect === 'ash' ? `nc: ${first} (${address}:${port}): ${text}\n` : `nc: connect to ${first} port ${port} (tcp) failed: ${text}\n`,
          2,
        );
    return 1;
  }
  if (options.has('v'))
    yield *
      process.print(process.system.dialect === 'ash' ? `${first} (${address}:${port}) open\n` : `Connection to ${first} ${port} port [tcp/*] succeeded!\n`, 2);
  if (options.has('z')) return 0;
  const text = yield* process.readAll();
  const http = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?\r?\n/.exec(text);
  const sent: Payload = http
    ? { kind: 'http', request: { method: http[1] ?? 'GET', path: http[2] ?? '/', headers: { Host: first }, body: '' } }
    : { kind: 'text', text };
  const outcome = yield* request(process, address, port, sent, timeoutMs);
  if ('error' in outcome) return 1;
  const { reply } = outcome;
  if (reply.kind === 'text') yield* process.print(reply.text);
  if (reply.kind === 'http') yield* process.print(messageText(`HTTP/1.1 ${reply.response.status}`, reply.response));
  return 0;
});

/** Answers each connection with what its own input holds, and prints what came. One, or with -k any number. */
function* listen(process: Process, port: number, keep: boolean): Running<number> {
  if (!process.system.listen) { yield* process.complain('nobody can connect to this machine'); return 1; }
  const answer = process.files.get(0)?.terminal ? '' : yield* process.readAll();
  const arrived: string[] = [];
  let changed: () => void = () => {};
  const close = process.system.listen((asked, protocol) => (asked !== port || protocol !== 'TCP' ? undefined : (payload) => {
    if (payload.kind === 'connect') return { kind: 'connected' };
    if (payload.kind === 'http') arrived.push(messageText(`${payload.request.method} ${payload.request.path} HTTP/1.1`, payload.request));
    else arrived.push(payload.kind === 'text' ? payload.text : '');
    changed();
    if (payload.kind !== 'http') return { kind: 'text', text: answer };
    const [head = '', ...rest] = answer.split(/\r?\n\r?\n/);
    const status = /^HTTP\/[\d.]+ (\d{3})/.exec(head)?.[1];
    return { kind: 'http', response: { status: Number(status ?? 200), headers: {}, body: status === undefined ? answer : rest.join('\n\n') } };
  }));
  try {
    for (;;) {
      if (arrived.length === 0) yield* suspend<void>((resume) => { changed = () => resume(undefined); });
      for (const text of arrived.splice(0)) yield* process.print(text);
      if (!keep) return 0;
    }
  } finally {
    close();
  }
}

const redisText = (value: RedisValue, raw: boolean, indent = ''): string => {
  if (value === null) return raw ? '' : '(nil)';
  if (typeof value === 'number') return raw ? String(value) : `(integer) ${value}`;
  if (typeof value === 'string') return raw ? value : JSON.stringify(value);
  if ('ok' in value) return value.ok;
  if ('error' in value) return raw ? value.error : `(error) ${value.error}`;
  if (value.length === 0) return raw ? '' : '(empty array)';
  return value.map((item, index) => (raw ? redisText(item, raw) : `${index > 0 ? indent : ''}${index + 1}) ${redisText(item, raw, `${indent}   `)}`)).join('\n');
};

const redisCli = withOptions({ valued: 'hpan', flags: '', stopEarly: true, long: { raw: 'r' } }, function* (process, options) {
  const host = options.value('h') ?? '127.0.0.1';
  const port = Number(options.value('p') ?? 6379);
  const raw = options.has('r') || process.files.get(1)?.terminal !== true;
  const ask = function* (text: string): Running<number> {
    const outcome = yield* request(process, host, port, { kind: 'text', text });
    if ('error' in outcome) {
      const reason = outcome.error === 'no such host' ? 'Name or service not known' : errnoText(outcome.error);
      yield* process.print(`Could not connect to Redis at ${host}:${port}: ${reason}\n`, 2);
      return 1;
    }
    const value = outcome.reply.kind === 'text' ? decodeReply(outcome.reply.text) : undefined;
    if (value === undefined) { yield* process.print('Error: Protocol error\n', 2); return 1; }
    // INFO is text for people: it is printed as it is.
    yield* process.print(`${typeof value === 'string' && value.includes('\r\n') ? value.replaceAll('\r\n', '\n').replace(/\n$/, '') : redisText(value, raw)}\n`);
    return 0;
  };
  if (options.operands.length > 0) return yield* ask(encodeCommand(options.operands));
  let status = 0;
  const prompting = process.files.get(0)?.terminal === true;
  for (;;) {
    if (prompting) yield* process.print(`${host}:${port}> `);
    const line = yield* process.readLine();
    if (line === undefined || /^\s*(?:quit|exit)\s*$/.test(line)) return status;
    if (line.trim() !== '') status = yield* ask(line.trim());
  }
});

export const networkPrograms: Programs = { nslookup, dig, getent, nc, netcat: nc, 'redis-cli': redisCli };
