import { randomUUID } from 'node:crypto';
import { createServer, METHODS, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Subscription } from 'rxjs';
import type { User } from '../api/types';
import { bodyLimitBytes } from '../apiserver/http/body';
import { handle, type Served } from '../apiserver/http/handle';
import type { HttpAnswer, HttpCall, HttpConversation, HttpStream } from '../apiserver/http/types';
import { sendAnswer, setCommonHeaders } from './answer';
import { EventLines } from './event-lines';
import { headersOf, isLocal, readBody, targetOf } from './request';
import { errorAnswer, sendEvents, sendLater, sendText, type Closing, type Keeper } from './streams';
import { Upgrades } from './upgrades';

export type HostOptions = {
  readonly served: Served;
  /** Who asks, whatever the headers say; without it they decide. */
  readonly user?: User;
  /** The bearer token of whoever asks from this machine and brings none: kubectl and helm keep theirs to themselves over plain HTTP. */
  readonly localToken?: string;
  /** An error that no client caused. */
  defect(error: unknown): void;
};

/** Longer than Go's clients keep an idle connection. */
const keepAliveMs = 190_000;
const mostHeaderBytes = 1_024 * 1_024;

/** HTTP/1.1 in front of the door: bytes in, bytes out. What they mean is decided behind it. */
export class HttpHost implements Keeper {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<Subscription>();
  readonly #lines = new EventLines();
  readonly #upgrades: Upgrades;

  constructor(private readonly options: HostOptions) {
    this.#upgrades = new Upgrades(this);
    this.#server = createServer({ maxHeaderSize: mostHeaderBytes, keepAliveTimeout: keepAliveMs });
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => this.#malformed(error, socket));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Streams that are open: watches, logs that are followed, conversations. */
  get openStreams(): number { return this.#open.size; }
  get openSockets(): number { return this.#sockets.size; }

  /** Begins to serve and gives the port: the one asked for, or a free one for 0. Rejects when it is taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Ends all streams and connections; comes back when the last is gone. */
  async close(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => new Promise<void>((resolve) => { socket.once('close', () => resolve()); }));
    const closed = new Promise<void>((resolve) => { this.#server.close(() => resolve()); });
    for (const subscription of [...this.#open]) subscription.unsubscribe();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([closed, ...gone]);
  }

  keep(subscription: Subscription, stream: Closing): void {
    if (subscription.closed) return;
    this.#open.add(subscription);
    subscription.add(() => this.#open.delete(subscription));
    stream.on('close', () => subscription.unsubscribe());
  }

  defect(error: unknown): void { this.options.defect(error); }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, bodyLimitBytes);
    if (body === undefined || response.destroyed) return;
    const headers = this.#begin(request, response);
    const answer = this.#ask(request, headers, body);
    this.#send(response, answer, headers);
  }

  /** Every request has an id that its audit events carry; a client may choose it. */
  #begin(request: IncomingMessage, response: ServerResponse): Readonly<Record<string, string>> {
    const headers = headersOf(request);
    const auditId = headers['audit-id'] || randomUUID();
    setCommonHeaders(response, auditId);
    const { localToken } = this.options;
    const assumed = localToken !== undefined && headers['authorization'] === undefined && isLocal(request) && { authorization: `Bearer ${localToken}` };
    return { ...headers, ...(assumed || undefined), 'audit-id': auditId };
  }

  #ask({ method = 'GET', url = '/' }: Pick<IncomingMessage, 'method' | 'url'>, headers: HttpCall['headers'], body: HttpCall['body']): HttpAnswer | HttpStream | HttpConversation {
    const { served, user } = this.options;
    try { return handle(served, { method, ...targetOf(url), headers, body, ...(user && { user }) }); } catch (error) { return errorAnswer(error, this); }
  }

  /** A request for another protocol. Where it is not to be had, or is none of ours, an answer comes as if it had not been asked for. */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const response = new ServerResponse(request);
    const headers = this.#begin(request, response);
    const answer = this.#ask(request, headers, '');
    if (('session' in answer || 'forward' in answer) && this.#upgrades.take(request, socket, head, answer)) return;
    response.assignSocket(socket as Socket);   // HTTP runs over sockets here
    response.shouldKeepAlive = false;
    response.on('finish', () => socket.end());
    this.#send(response, answer, headers);
  }

  #send(response: ServerResponse, answer: HttpAnswer | HttpStream | HttpConversation, { 'accept-encoding': acceptEncoding = '' }: HttpCall['headers']): void {
    if ('body' in answer) sendAnswer(response, answer, acceptEncoding);
    else if ('events' in answer) sendEvents(response, answer, this.#lines, this);
    else if ('text' in answer) sendText(response, answer, this);
    else if ('later' in answer) sendLater(response, answer, acceptEncoding, this);
    else sendAnswer(response, { code: 400, contentType: 'text/plain; charset=utf-8', body: 'unable to upgrade: no protocol of those asked for is spoken here\n', warnings: [] });
  }

  /** What is no HTTP. A method that nobody knows is HTTP all the same, and is answered. */
  #malformed({ code, rawPacket }: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket): void {
    if (!socket.writable) { socket.destroy(); return; }
    const [, method, url] = (code === 'HPE_INVALID_METHOD' && /^(\S+) (\S+) HTTP\/1\.[01]\r?\n/.exec(rawPacket?.toString('latin1') ?? '')) || [];
    // A method that is known was answered: what cannot be read came behind it.
    if (method === undefined || url === undefined || METHODS.includes(method)) {
      const tooLarge = code === 'HPE_HEADER_OVERFLOW';
      socket.end(`HTTP/1.1 ${tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request`);
      return;
    }
    const answer = this.#ask({ method, url }, {}, '');
    if (!('body' in answer)) { socket.destroy(); return; }
    const length = Buffer.byteLength(answer.body);
    socket.end(`HTTP/1.1 ${answer.code} Method Not Allowed\r\nContent-Type: ${answer.contentType}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${answer.body}`);
  }
}
