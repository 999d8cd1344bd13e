import { Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import type { HttpForward } from '../apiserver/http/types';
import { bytesFromText, ByteTextDecoder } from '../lib/byte-text';
import { BufferedInput } from './buffered-input';
import { Channels } from './channels';
import type { Keeper } from './streams';

export const forwardProtocols: readonly string[] = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'];

/** Port-forward as older clients have it: for each port one channel for data and one for errors, which both begin with the port's number. */
export function forwardOverChannels(client: WebSocket, { forward, ports }: HttpForward, keeper: Keeper): void {
  const connections = ports.map((port) => ({ port, input: new BufferedInput(), decoder: new ByteTextDecoder() }));
  const channels = new Channels(client, (channel, bytes) => {
    const connection = channel % 2 === 0 ? connections[channel / 2] : undefined;
    connection?.input.push(connection.decoder.decode(bytes));
  });
  const all = new Subscription();
  keeper.keep(all, client);
  let open = connections.length;
  connections.forEach(({ port, input }, index) => {
    const [dataChannel, errorChannel] = [2 * index, 2 * index + 1];
    const number = Uint8Array.of(port & 0xff, port >> 8);
    channels.send(dataChannel, number);
    channels.send(errorChannel, number);
    const ended = (): void => { if (--open === 0) client.close(); };
    all.add(forward(port, input.read).subscribe({
      next: (text) => channels.send(dataChannel, bytesFromText(text)),
      error: (error: unknown) => { channels.send(errorChannel, Buffer.from(error instanceof Error ? error.message : String(error))); ended(); },
      complete: ended,
    }));
  });
  if (connections.length === 0) client.close();
}
