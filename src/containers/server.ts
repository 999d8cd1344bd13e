import type { Observable, Subscription } from 'rxjs';
import type { Handler, Payload, Protocol, Reply, Source } from '../net/types';
import { plainText } from './http';
import type { FileSystem } from './shell/files';
import type { ContainerConfig, ExecFrame, LogLine, Surroundings } from './types';

/** A started server program, as its code sees it: who it is, what it was given, and where it can write. */
export interface ServerProcess {
  /** Its command line, itself included. */
  readonly argv: readonly string[];
  readonly config: ContainerConfig;
  readonly surroundings: Surroundings;
  /** The tag of its image. */
  readonly tag: string;
  readonly pid: number;
  /** In milliseconds of virtual time, as is {@link now}. */
  readonly startedAt: number;
  readonly env: Readonly<Record<string, string>>;
  readonly files: FileSystem;
  now(): number;
  print(text: string, stream?: LogLine['stream']): void;
  /** Runs `work` later, unless the process has ended by then. */
  later(delayMs: number, work: () => void): Subscription;
  /** The program ends by itself. */
  end(code: number): void;
  /** Says how much memory it uses now; above the container's limit the kernel kills it. */
  useMemory(bytes: number): void;
  /** Work that takes processor time: in how long it will be done, in milliseconds. */
  work(cpuMs: number): number;
  /** Runs a command in its container. */
  exec(command: readonly string[]): Observable<ExecFrame>;
}

/**
 * A program that only answers: one value per image, shared by all containers, which hold nothing for it but their own state.
 * It plans no action and needs no process of the shell's kernel.
 */
export type Server = {
  /** TCP ports it listens on. */
  ports(process: ServerProcess): readonly number[];
  udpPorts?(process: ServerProcess): readonly number[];
  /** Whether it speaks TLS: plain HTTP when absent. */
  tls?(process: ServerProcess): boolean;
  /** Instead of ports and answers: decides itself what listens. */
  accept?(process: ServerProcess, port: number, protocol: Protocol): Handler | undefined;
  /** Answers HTTP, text or DNS; a bare connection is answered for it. An empty stream is a reset. */
  answer(process: ServerProcess, port: number, payload: Payload, from: Source): Reply | Observable<Reply>;
  /** What it has printed once it is up. Asked for when somebody first looks at the log. */
  banner?(process: ServerProcess): Banner;
  /** What it does beyond answering; may exit at once. Most servers have none, and start for nothing. */
  start?(process: ServerProcess): void;
  /** Called when it ends, however it ends. */
  ended?(process: ServerProcess): void;
  /** How long it starts before it listens. */
  readonly startupMs?: number;
  /** Signals it handles → its exit code. Others have the default effect, which PID 1 does not feel. */
  readonly signals: Readonly<Record<number, number>>;
  /** Its last words on such a signal. */
  farewell?(process: ServerProcess, signal: number): Banner;
};
export type Banner = { readonly stream: LogLine['stream']; readonly text: string };

/** A program in Go that does not look at signals: as PID 1 it ends with code 2. */
export const goSignals: Server['signals'] = { 2: 2, 15: 2 };
export const gracefulSignals: Server['signals'] = { 2: 0, 3: 0, 15: 0 };

const connected: Reply = { kind: 'connected' };

/** The way into a server: undefined when it does not listen there. */
export const acceptAt = (server: Server, process: ServerProcess, port: number, protocol: Protocol): Handler | undefined => {
  if (server.accept) return server.accept(process, port, protocol);
  const ports = protocol === 'TCP' ? server.ports(process) : (server.udpPorts?.(process) ?? []);
  if (!ports.includes(port)) return undefined;
  return (payload, from) => {
    if (payload.kind === 'connect') return connected;
    return misunderstood(server, process, payload) ?? server.answer(process, port, payload, from);
  };
};

/** What comes back when one side speaks TLS and the other does not, as servers in Go say it; the other way round the client takes the answer for no TLS at all. */
function misunderstood(server: Server, process: ServerProcess, payload: Payload): Reply | undefined {
  if (payload.kind !== 'http') return undefined;
  const speaksTls = server.tls?.(process) ?? false;
  if (speaksTls === (payload.tls ?? false)) return undefined;
  return speaksTls ? plainText('Client sent an HTTP request to an HTTPS server.\n', 400) : { kind: 'text', text: 'HTTP/1.1 400 Bad Request' };
}

/** What a server keeps while it runs, made when first asked for. */
export const serverState = <State>(initial: (process: ServerProcess) => State): ((process: ServerProcess) => State) => {
  const states = new WeakMap<ServerProcess, State>();
  return (process) => {
    const known = states.get(process);
    if (known !== undefined) return known;
    const state = initial(process);
    states.set(process, state);
    return state;
  };
};
