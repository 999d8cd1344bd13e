import { Subscription } from 'rxjs';
import type { RawData, WebSocket } from 'ws';
import type { HttpForward } from '../apiserver/http/types';
import { bytesFromText, ByteTextDecoder } from '../lib/byte-text';
import { BufferedInput } from './buffered-input';
import { controlFrame, dataFrame, finFlag, frameTypes, SpdyHeaders, SpdyReader, streamFrame, type SpdyFrame } from './spdy';
import type { Keeper } from './streams';

const nothing = new Uint8Array();
const noHeaders: ReadonlyMap<string, string> = new Map();

/** One connection through the tunnel: two streams that name the same request. */
type Connection = { readonly input: BufferedInput; readonly decoder: ByteTextDecoder; dataStream?: number; errorStream?: number; readonly port: number };

/** kubectl port-forward: SPDY/3.1 in the messages of a websocket, two streams (data and error) for each connection to a port. */
export class SpdyForward {
  readonly #reader = new SpdyReader();
  readonly #headers = new SpdyHeaders();
  readonly #connections = new Map<string, Connection>();
  readonly #byDataStream = new Map<number, Connection>();
  readonly #all = new Subscription();
  /** Frames are answered in the order in which they came. */
  #turn: Promise<void> = Promise.resolve();

  constructor(private readonly client: WebSocket, private readonly conversation: HttpForward, keeper: Keeper) {
    client.on('message', (data: RawData) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      for (const frame of this.#reader.push(bytes)) this.#turn = this.#turn.then(() => this.#receive(frame)).catch(() => client.terminate());
    });
    client.on('error', () => client.terminate());
    this.#all.add(() => this.#headers.close());
    keeper.keep(this.#all, client);
  }

  async #receive(frame: SpdyFrame): Promise<void> {
    if (this.#all.closed) return;
    if (frame.type === 'data') {
      const connection = this.#byDataStream.get(frame.stream);
      connection?.input.push(connection.decoder.decode(frame.bytes));
      if (frame.last) this.#endInput(connection);
      return;
    }
    const { kind, flags, body } = frame;
    switch (kind) {
      case frameTypes.synStream: return this.#opened(body.readUInt32BE(0) & 0x7fff_ffff, (flags & finFlag) !== 0, await this.#headers.read(body.subarray(10)));
      case frameTypes.headers: await this.#headers.read(body.subarray(4)); return;
      case frameTypes.rstStream: return this.#endInput(this.#byDataStream.get(body.readUInt32BE(0)));
      case frameTypes.ping: return this.#send(controlFrame(frameTypes.ping, 0, body));
      case frameTypes.goAway: return this.client.close();
      default:   // settings and windows: what is sent here is small
    }
  }

  #endInput(connection: Connection | undefined): void {
    connection?.input.push(connection.decoder.end());
    connection?.input.end();
  }

  async #opened(stream: number, last: boolean, headers: ReadonlyMap<string, string>): Promise<void> {
    this.#send(streamFrame(frameTypes.synReply, stream, await this.#headers.write(noHeaders)));
    const id = headers.get('requestid') ?? '';
    const port = Number(headers.get('port'));
    const connection: Connection = this.#connections.get(id) ?? { input: new BufferedInput(), decoder: new ByteTextDecoder(), port };
    this.#connections.set(id, connection);
    if (headers.get('streamtype') === 'error') connection.errorStream = stream;
    else {
      connection.dataStream = stream;
      this.#byDataStream.set(stream, connection);
      if (last) this.#endInput(connection);
    }
    const { dataStream, errorStream } = connection;
    if (dataStream !== undefined && errorStream !== undefined) this.#dial(id, connection, dataStream, errorStream);
  }

  #dial(id: string, { input, port }: Connection, dataStream: number, errorStream: number): void {
    const over = (): void => {
      this.#send(dataFrame(errorStream, nothing, true));
      this.#connections.delete(id);
      this.#byDataStream.delete(dataStream);
      this.#all.remove(conversation);
    };
    const conversation = new Subscription();
    this.#all.add(conversation);
    conversation.add(this.conversation.forward(port, input.read).subscribe({
      next: (text) => this.#send(dataFrame(dataStream, bytesFromText(text))),
      error: (error: unknown) => {
        this.#send(dataFrame(errorStream, Buffer.from(error instanceof Error ? error.message : String(error))));
        this.#send(dataFrame(dataStream, nothing, true));
        over();
      },
      complete: () => { this.#send(dataFrame(dataStream, nothing, true)); over(); },
    }));
  }

  #send(frame: Buffer): void { if (this.client.readyState === this.client.OPEN) this.client.send(frame); }
}
