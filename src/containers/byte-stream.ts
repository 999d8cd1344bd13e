import { concatMap, map, Observable, Subscription } from 'rxjs';
import { bytesFromText, latinFromText, textFromLatin } from '../lib/byte-text';
import type { HttpRequest, HttpResponse, Payload, Reply } from '../net/types';
import { header, reasonPhrase } from './http';

/** Bytes as characters of one byte each: what can be cut by length. */
type Latin = string;

/** What can be read from the front of a stream: a question for a server, or undefined while more must come. */
type Read = { readonly payload: Payload; readonly rest: Latin; readonly closes: boolean };

/**
 * One connection as bytes: takes the client's apart into what servers here are asked, one after the other, and writes their answers.
 * Bytes that are no HTTP are one text for each time some arrive. Ends after an answer that closes, or when the client has ended and is answered.
 */
export function byteStream(input: Observable<string>, ask: (payload: Payload) => Observable<Reply>): Observable<string> {
  return new Observable<string>((subscriber) => {
    let waiting: Latin = '';
    const questions = new Observable<Read>((queue) => input.subscribe({
      next: (text) => {
        waiting += latinFromText(text);
        for (let read = firstIn(waiting); read; read = firstIn(waiting)) {
          waiting = read.rest;
          queue.next(read);
        }
      },
      error: (error: unknown) => queue.error(error),
      complete: () => queue.complete(),
    }));
    const answers = new Subscription();
    answers.add(questions.pipe(
      concatMap(({ payload, closes }) => ask(payload).pipe(map((reply) => ({ text: written(reply, payload), closes: closes || closing(reply) })))),
    ).subscribe({
      next: ({ text, closes }) => {
        if (text) subscriber.next(text);
        if (closes) { subscriber.complete(); answers.unsubscribe(); }
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    }));
    return answers;
  });
}

const requestLine = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/;
const mayBecomeRequest = /^[A-Z]{1,20}(?: [^\r\n]*)?\r?$/;

function firstIn(bytes: Latin): Read | undefined {
  if (bytes === '') return undefined;
  const end = bytes.indexOf('\r\n');
  if (end < 0 && mayBecomeRequest.test(bytes) && !bytes.includes('\n')) return undefined;
  const [, method, path, minor] = requestLine.exec(bytes.slice(0, Math.max(0, end))) ?? [];
  if (method === undefined || path === undefined) return { payload: { kind: 'text', text: textFromLatin(bytes) }, rest: '', closes: false };
  return httpRequest(bytes, { method, path }, minor === '0');
}

function httpRequest(bytes: Latin, { method, path }: Pick<HttpRequest, 'method' | 'path'>, old: boolean): Read | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const headers = headersOf(bytes.slice(bytes.indexOf('\r\n') + 2, headEnd));
  const body = header(headers, 'transfer-encoding') === 'chunked'
    ? chunked(bytes, headEnd + 4)
    : counted(bytes, headEnd + 4, Number(header(headers, 'content-length') ?? 0));
  if (!body) return undefined;
  const connection = (header(headers, 'connection') ?? '').toLowerCase();
  return {
    payload: { kind: 'http', request: { method, path, headers, body: textFromLatin(body.bytes) } },
    rest: bytes.slice(body.end), closes: old ? connection !== 'keep-alive' : connection === 'close',
  };
}

const headersOf = (head: Latin): Readonly<Record<string, string>> => Object.fromEntries(head.split('\r\n').filter(Boolean).map((line) => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), textFromLatin(line.slice(colon + 1).trim())];
}));

type Part = { readonly bytes: Latin; readonly end: number };
const counted = (bytes: Latin, start: number, length: number): Part | undefined =>
  (bytes.length < start + length ? undefined : { bytes: bytes.slice(start, start + length), end: start + length });

function chunked(bytes: Latin, start: number): Part | undefined {
  let body = '';
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = parseInt(bytes.slice(at, lineEnd), 16);
    if (lineEnd < 0 || bytes.length < lineEnd + 2 + length + 2) return undefined;
    body += bytes.slice(lineEnd + 2, lineEnd + 2 + length);
    at = lineEnd + 2 + length + 2;
    if (!(length > 0)) return { bytes: body, end: at };
  }
}

const closing = (reply: Reply): boolean => reply.kind === 'http' && header(reply.response.headers, 'connection')?.toLowerCase() === 'close';

function written(reply: Reply, payload: Payload): string {
  if (reply.kind === 'text') return reply.text;
  if (reply.kind !== 'http') return '';
  return httpText(reply.response, payload.kind === 'http' && payload.request.method === 'HEAD');
}

/** A response as it goes over a connection; without its body as HEAD asks. */
export function httpText({ status, headers, body }: HttpResponse, headOnly = false): string {
  const known = header(headers, 'content-length') !== undefined;
  const lines = [...Object.entries(headers), ...(known ? [] : [['Content-Length', String(bytesFromText(body).length)] as const])].map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines.join('')}\r\n${headOnly ? '' : body}`;
}
