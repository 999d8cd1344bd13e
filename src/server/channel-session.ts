import type { WebSocket } from 'ws';
import { StatusError } from '../api/status';
import type { ConnectFrame } from '../api/types';
import type { HttpSession } from '../apiserver/http/types';
import { bytesFromText, ByteTextDecoder } from '../lib/byte-text';
import { BufferedInput } from './buffered-input';
import { Channels } from './channels';
import { errorAnswer, type Keeper } from './streams';

const [stdinChannel, stdoutChannel, stderrChannel, statusChannel, resizeChannel, closeChannel] = [0, 1, 2, 3, 4, 255];
/** Names of a stream protocol, and whether it ends with a Status as JSON (from version 4 on) or, in words, only when something went wrong. */
const versions = { 'v5.channel.k8s.io': true, 'v4.channel.k8s.io': true, 'v4.base64.channel.k8s.io': true, 'v3.channel.k8s.io': false, 'v2.channel.k8s.io': false,
  'channel.k8s.io': false, 'base64.channel.k8s.io': false } as const;
export const sessionProtocols: readonly string[] = Object.keys(versions);
const normalClosure = 1_000;

/** exec or attach over a websocket, until the command or the client ends. */
export function runSession(client: WebSocket, { session, stdin, stdout, stderr }: HttpSession, keeper: Keeper): void {
  const input = new BufferedInput();
  const typed = new ByteTextDecoder();
  const endInput = (): void => { input.push(typed.end()); input.end(); };
  const channels = new Channels(client, (channel, bytes) => {
    if (channel === stdinChannel && stdin) input.push(typed.decode(bytes));
    else if (channel === closeChannel && bytes[0] === stdinChannel) endInput();
    else if (channel !== resizeChannel) return;   // there is no size that a program here could ask for
  });
  const finish = (status: object, words: string): void => {
    const inJson = Object.hasOwn(versions, client.protocol) && versions[client.protocol as keyof typeof versions];
    const text = inJson ? JSON.stringify(status) : words;
    if (text) channels.send(statusChannel, Buffer.from(text));
    client.close(normalClosure);
  };
  const shown: Readonly<Record<ConnectFrame['stream'], boolean>> = { stdout, stderr, exit: false };
  const subscription = session(input.read).subscribe({
    next: (frame) => {
      if (frame.stream === 'exit') finish(exitStatus(frame.code), frame.code === 0 ? '' : `command terminated with non-zero exit code: exit status ${frame.code}`);
      else if (shown[frame.stream]) channels.send(frame.stream === 'stdout' ? stdoutChannel : stderrChannel, bytesFromText(frame.text));
    },
    error: (error: unknown) => {
      if (!(error instanceof StatusError)) errorAnswer(error, keeper);
      const status = error instanceof StatusError ? error.toStatus() : { status: 'Failure', message: String(error) };
      finish(status, status.message ?? '');
    },
    complete: () => client.close(normalClosure),
  });
  keeper.keep(subscription, client);
  client.on('close', endInput);
}

const exitStatus = (code: number): object => (code === 0 ? { metadata: {}, status: 'Success' } : {
  metadata: {}, status: 'Failure', message: `command terminated with non-zero exit code: command terminated with exit code ${code}`, reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});
