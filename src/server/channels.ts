import type { RawData, WebSocket } from 'ws';

/** Several streams over one websocket: the first byte of a message says which. With base64 the first letter does, and the rest is text. */
export class Channels {
  readonly #base64: boolean;

  constructor(private readonly client: WebSocket, receive: (channel: number, bytes: Buffer) => void) {
    this.#base64 = client.protocol.startsWith('base64.') || client.protocol.includes('.base64.');
    client.on('message', (data: RawData) => {
      const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
      const [channel] = bytes;
      if (channel === undefined) return;
      if (this.#base64) receive(channel - letterZero, Buffer.from(bytes.subarray(1).toString('latin1'), 'base64'));
      else receive(channel, bytes.subarray(1));
    });
    client.on('error', () => client.terminate());   // a frame that is none
  }

  send(channel: number, bytes: Uint8Array): void {
    if (this.client.readyState !== this.client.OPEN) return;
    if (this.#base64) this.client.send(`${channel}${Buffer.from(bytes).toString('base64')}`);
    else this.client.send(Buffer.concat([Uint8Array.of(channel), bytes]));
  }
}

const letterZero = '0'.charCodeAt(0);
