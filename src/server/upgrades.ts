import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { HttpForward, HttpSession } from '../apiserver/http/types';
import { forwardOverChannels, forwardProtocols } from './channel-forward';
import { runSession, sessionProtocols } from './channel-session';
import { SpdyForward } from './spdy-forward';
import type { Keeper } from './streams';

/** Raw SPDY in the messages of a websocket. Its name is no token, as HTTP would have it, so it is kept from the library that checks. */
const spdy = 'SPDY/3.1+portforward.k8s.io';
const protocolHeader = 'sec-websocket-protocol';
const mostMessageBytes = 32 * 1_024 * 1_024;

const sockets = (protocols: readonly string[]): WebSocketServer => new WebSocketServer({
  noServer: true, maxPayload: mostMessageBytes, perMessageDeflate: false,
  // The first the client names and we speak, as upstream chooses.
  handleProtocols: (offered) => [...offered].find((each) => protocols.includes(each)) ?? false,
});

/** Connections that become conversations: websockets. */
export class Upgrades {
  readonly #sessions = sockets(sessionProtocols);
  readonly #forwards = sockets(forwardProtocols);
  readonly #spdy = sockets([]);

  constructor(private readonly keeper: Keeper) {
    this.#spdy.on('headers', (headers) => { headers.push(`Sec-WebSocket-Protocol: ${spdy}`); });
  }

  /** Takes the connection over, if one of the protocols that it asks for is spoken. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, conversation: HttpSession | HttpForward): boolean {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') return false;
    const offered = (request.headers[protocolHeader] ?? '').split(',').map((each) => each.trim()).filter(Boolean);
    const { keeper } = this;
    if ('session' in conversation) return this.#open(this.#sessions, offered, sessionProtocols, request, socket, head, (client) => runSession(client, conversation, keeper));
    if (offered.includes(spdy)) {
      delete request.headers[protocolHeader];
      this.#spdy.handleUpgrade(request, socket, head, (client) => new SpdyForward(client, conversation, keeper));
      return true;
    }
    return this.#open(this.#forwards, offered, forwardProtocols, request, socket, head, (client) => forwardOverChannels(client, conversation, keeper));
  }

  #open(server: WebSocketServer, offered: readonly string[], spoken: readonly string[], request: IncomingMessage, socket: Duplex, head: Buffer, run: (client: WebSocket) => void): boolean {
    if (!offered.some((each) => spoken.includes(each))) return false;
    server.handleUpgrade(request, socket, head, run);
    return true;
  }
}
