import type { Observable } from 'rxjs';
import type { Handler, Network, Protocol, Resolver, Source } from '../net/types';
import type { Usage } from './usage';

/** What a pull of an image finds. Names and tags are as written in the pod. */
export type PulledImage =
  | { readonly found: true; readonly pullMs: number; readonly sizeBytes: number; readonly imageID: string }
  | { readonly found: false; readonly pullMs: number; readonly error: string };

/** What the kubelet hands the runtime to make a container of. Everything is resolved: no references are left. */
export type ContainerConfig = {
  /** `namespace/pod`. */
  readonly pod: string;
  readonly podUid: string;
  readonly node: string;
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly hostname: string;
  readonly ip: string;
  /** containerPorts: what an unknown image is supposed to listen on. */
  readonly ports: readonly number[];
  /** Mounted files: path → content, read at each look so that ConfigMap updates show. */
  readonly mounts: readonly Mount[];
  readonly memoryLimitBytes?: number;
  /** In thousandths of a core; it cannot use more. */
  readonly cpuLimitMilli?: number;
  /** Restarts of this container so far. */
  readonly attempt: number;
  /** Its main process reads what is typed by those who attach; with `stdinOnce` until the first of them leaves. */
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  /** Its main process runs on a terminal. */
  readonly tty?: boolean;
};
/** What a running container may be given more or less of. */
export type ContainerLimits = Pick<ContainerConfig, 'memoryLimitBytes' | 'cpuLimitMilli'>;
export type Mount = { readonly path: string; readonly readOnly: boolean; readonly files: FileTree };
/**
 * A small file tree, shared by the containers that mount it (emptyDir) or computed (ConfigMap, Secret).
 * Paths are relative to the mount point, without a leading slash: `index.html`, `sub/a.conf`; '' is the mount point itself.
 * A tree that answers `read('')` is mounted as a single file (subPath).
 */
export type FileTree = {
  /** The file's content; undefined where there is none or a directory. */
  read(path: string): string | undefined;
  /** Creates or replaces a file, and the directories above it. */
  write(path: string, content: string): void;
  /** False when there was no such file. */
  remove(path: string): boolean;
  /** Names directly under a directory, in any order; those of directories end in `/`. Empty where there is no such directory. */
  list(path: string): readonly string[];
};

export type LogLine = { readonly at: number; readonly stream: 'stdout' | 'stderr'; readonly text: string };
export type Exit = { readonly code: number; readonly signal?: number; readonly reason: 'Completed' | 'Error' | 'OOMKilled'; readonly at: number };

/** One started container. A server image holds no process and plans no action: it only answers when asked. */
export interface RunningContainer {
  readonly id: string;
  readonly startedAt: number;
  /** Set once it has ended. */
  readonly exit: Exit | undefined;
  /** Emits the exit, once, then completes; at once if it has ended already. */
  readonly exited: Observable<Exit>;
  /** Tells the exit, once; at once if it has ended already. For whoever stays as long as the container does: it costs next to nothing. */
  whenExited(tell: (exit: Exit) => void): void;
  readonly logs: ContainerLog;
  /** What it used in the newest sample; undefined when it has ended, or is too young to tell. */
  readonly usage: Usage | undefined;
  /** What listens on a port right now. */
  accept(port: number, protocol: Protocol): Handler | undefined;
  /** Gives it other limits while it runs. */
  resize(limits: ContainerLimits): void;
  /** Sends a signal (15, 9, …). 9 always ends it at once; others as its processes handle them. */
  signal(signal: number): void;
  /** Runs a command inside: output frames, then its exit code. */
  exec(command: readonly string[], options?: ExecOptions): Observable<ExecFrame>;
  /** What its main process prints from now on, as it prints it, then its exit code. What is typed goes to that process if it reads. */
  attach(options?: AttachOptions): Observable<ExecFrame>;
}
export type AttachOptions = {
  readonly stdin?: Observable<string>;
  /** On a terminal: keys come from a client that shows nothing itself, see {@link ../api/types.ConnectRequest.rawKeys}. */
  readonly rawKeys?: boolean;
};
export type ExecOptions = AttachOptions & { readonly tty?: boolean; readonly timeoutMs?: number };
export type ExecFrame = { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly stream: 'exit'; readonly code: number };

/** A container's output, line by line; bounded, the oldest lines go first. */
export interface ContainerLog {
  readonly lines: readonly LogLine[];
  /** Lines as they come, from now on; completes when the container ends. */
  readonly follow: Observable<LogLine>;
}

/** The CRI side: images and containers on all nodes. */
export interface ContainerRuntime {
  /** What pulling the image would find; depends on nothing but the name. */
  image(name: string): PulledImage;
  /** Starts it now. Throws StartError when the command cannot be run (`exec: "x": executable file not found in $PATH`). */
  start(config: ContainerConfig, surroundings: Surroundings): RunningContainer;
}

/** The container's way out: who it is on the network and how it resolves names. */
export type Surroundings = { readonly network: Network; readonly source: Source; readonly resolver: Resolver };

/** The container could not be started: the kubelet reports it as RunContainerError or StartError (exit code 128). */
export class StartError extends Error {}
