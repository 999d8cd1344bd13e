import { finalize, Observable, tap, type SchedulerLike } from 'rxjs';
import { BaseFiles, LayeredFiles } from '../containers/shell/layered-files';
import { parentPath } from '../containers/shell/files';
import type { CommandFrame } from '../containers/shell/observable-program';
import type { Program } from '../containers/shell/process';
import type { Programs } from '../containers/shell/programs';
import { createShellSession, type ShellSession } from '../containers/shell/session';
import { shellProgram } from '../containers/shell/shell-program';
import type { Surroundings } from '../containers/types';
import { basicPrograms } from '../containers/programs/basics';
import { filePrograms } from '../containers/programs/files';
import { httpPrograms } from '../containers/programs/http-clients';
import { networkPrograms } from '../containers/programs/network-tools';
import { processPrograms } from '../containers/programs/processes';
import { sedPrograms } from '../containers/programs/sed';
import { testPrograms } from '../containers/programs/test';
import { textPrograms } from '../containers/programs/text';
import type { ApiClient } from '../kubectl/client';
import { adminConfig, KubeConfig } from '../kubectl/config';
import type { Host } from '../kubectl/verb';
import { Completer, type Completions } from './completion';
import { helpText } from './help-text';
import { History } from './history';
import { mounted, type Mount } from './mounted-files';
import { kubectlProgram } from './kubectl-program';
import { podariumProgram, type Controls } from './podarium-program';
import { Transcript } from './transcript';
import { watchProgram } from './watch-program';

export type ConsoleOptions = {
  readonly api: ApiClient;
  /** The cluster's time. */
  readonly scheduler: SchedulerLike;
  /** Where the API server is, for kubeconfig: `https://172.18.0.2:6443`. */
  readonly server: string;
  /** The machine the console stands on, and its way into the network. */
  readonly surroundings: Surroundings;
  readonly hostname?: string;
  /** Files in the home directory: path below it → content. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files from elsewhere; the console begins in their directory instead of its home. */
  readonly mount?: Mount;
  readonly controls?: Controls;
  readonly edit?: Host['edit'];
  readonly descriptions?: Host['descriptions'];
  readonly random?: () => number;
  /** How much of the cluster's time each kubectl takes; none unless told, so that a paused cluster still answers. */
  readonly commandMs?: number;
};

const home = '/root';

/** A console's session: lines in, output and completions out. Editing the line is the page's business. */
export class Console {
  readonly history = new History();
  readonly transcript = new Transcript();
  readonly config: KubeConfig;
  readonly #session: ShellSession;
  readonly #files: LayeredFiles;
  readonly #completer: Completer;

  constructor(options: ConsoleOptions) {
    const {
      api, scheduler, server, surroundings, hostname = 'control-plane', files = {}, mount, controls = {}, edit, descriptions, random, commandMs,
    } = options;
    this.config = new KubeConfig(adminConfig(server));
    const base = Object.fromEntries(Object.entries(files).map(([path, content]) => [`${home}/${path}`, content]));
    const own = new BaseFiles({ [`${home}/`]: '', '/tmp/': '', ...systemFiles(hostname, surroundings), ...base }, scheduler.now());
    this.#files = new LayeredFiles(mount ? mounted(own, mount) : own, () => scheduler.now());
    const kubectl = kubectlProgram({ api, clock: scheduler, config: this.config, ...(edit && { edit }), ...(descriptions && { descriptions }) }, commandMs);
    const programs = {
      ...commonPrograms, kubectl, k: kubectl, podarium: podariumProgram(controls), watch: watchProgram, help: printing(() => helpText),
      history: printing(() => this.history.toString()),
    };
    this.#session = createShellSession({
      programs, files: this.#files, scheduler, hostname, directory: mount?.directory ?? home, surroundings, dialect: 'bash', ...(random && { random }),
      env: { HOME: home, USER: 'root', SHELL: '/bin/bash', PATH: '/usr/local/bin:/usr/bin:/bin', TERM: 'xterm-256color', KUBECONFIG: `${home}/.kube/config` },
    });
    this.#completer = new Completer({
      api, config: this.config, commands: () => [...builtins, ...this.#session.commandNames()], files: this.#files, directory: () => this.#session.directory,
      home,
    });
  }

  get prompt(): string {
    const { directory } = this.#session;
    return `${directory === home ? '~' : directory.startsWith(`${home}/`) ? `~${directory.slice(home.length)}` : directory} $ `;
  }

  /** Runs a line once subscribed: its output as it comes, then its exit code. Unsubscribing interrupts it. */
  run(line: string): Observable<CommandFrame> {
    return new Observable((subscriber) => {
      this.history.add(line);
      this.transcript.begin(this.prompt, line);
      return this.#session.run(line).pipe(
        tap((frame) => { if (frame.stream === 'exit') this.transcript.end(frame.code); else this.transcript.add(frame.text); }),
        finalize(() => { if (this.transcript.spoken.at(-1)?.code === undefined) this.transcript.end(130); }),
      ).subscribe(subscriber);
    });
  }

  get running(): boolean { return this.#session.running; }
  /** Ctrl+C. */
  interrupt(): void { this.#session.interrupt(); }
  /** Keys for the program that runs. */
  input(text: string): void { this.#session.input(text); }
  /** Ctrl+D. */
  endInput(): void { this.#session.endInput(); }
  /** Whether a line is whole, or waits for `done` or a closing quote. */
  isComplete(line: string): boolean { return this.#session.isComplete(line); }
  complete(line: string, cursor: number): Promise<Completions> { return this.#completer.complete(line, cursor); }

  /** Puts a file into the home directory, with the directories on its way. */
  writeFile(path: string, content: string): void {
    const whole = `${home}/${path}`;
    this.#makeDirectories(parentPath(whole));
    this.#files.write(whole, content);
  }

  /** Ends what still runs. */
  close(): void { this.#session.close(); }

  #makeDirectories(path: string): void {
    if (this.#files.stat(path)) return;
    this.#makeDirectories(parentPath(path));
    this.#files.makeDirectory(path);
  }
}

const printing = (text: () => string): Program => function* (process) {
  yield* process.print(text());
  return 0;
};

/** What the shell does itself. */
const builtins = [
  'alias', 'break', 'cd', 'continue', 'declare', 'echo', 'eval', 'exit', 'export', 'jobs', 'local', 'printf', 'pwd', 'read', 'return', 'set', 'shift',
  'source', 'test', 'trap', 'type', 'unset', 'wait',
];

const commonPrograms: Programs = {
  ...basicPrograms, ...filePrograms, ...httpPrograms, ...networkPrograms, ...processPrograms, ...sedPrograms, ...testPrograms, ...textPrograms,
  sh: shellProgram, bash: shellProgram,
};

function systemFiles(hostname: string, { source, resolver }: Surroundings): Readonly<Record<string, string>> {
  return {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${source.ip}\t${hostname}\n${Object.entries(resolver.hosts ?? {}).map(([name, ip]) => `${ip}\t${name}\n`).join('')}`,
    '/etc/resolv.conf': [
      ...(resolver.search.length > 0 ? [`search ${resolver.search.join(' ')}`] : []), ...resolver.nameservers.map((server) => `nameserver ${server}`), `options ndots:${resolver.ndots}`, '',
    ].join('\n'),
  };
}
