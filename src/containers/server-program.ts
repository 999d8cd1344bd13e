import type { Observable, Subscription } from 'rxjs';
import type { Container } from './container';
import { type Server, type ServerProcess, acceptAt } from './server';
import type { Process, Program } from './shell/process';
import { suspend } from './shell/running';
import type { ExecFrame, LogLine } from './types';

/** A server that a process runs, as in `sh -c "… && nginx"`: it prints to that process's files and ends it. */
class HostedServer implements ServerProcess {
  readonly startedAt: number;
  constructor(private readonly process: Process, private readonly container: Container) { this.startedAt = process.now(); }

  get argv(): readonly string[] { return this.process.argv; }
  get config(): ServerProcess['config'] { return this.container.config; }
  get surroundings(): ServerProcess['surroundings'] { return this.container.surroundings; }
  get tag(): string { return this.container.tag; }
  get pid(): number { return this.process.pid; }
  get env(): Readonly<Record<string, string>> { return Object.fromEntries(this.process.env); }
  get files(): ServerProcess['files'] { return this.container.files; }
  now(): number { return this.process.now(); }
  print(text: string, stream: LogLine['stream'] = 'stdout'): void {
    const file = this.process.files.get(stream === 'stdout' ? 1 : 2);
    if (file && text) this.process.kernel.writeNow(file, text);
  }
  later(delayMs: number, work: () => void): Subscription {
    return this.process.system.scheduler.schedule(() => { if (this.process.status === undefined) work(); }, delayMs);
  }
  end(code: number): void { this.process.end(code); }
  useMemory(bytes: number): void { this.container.useMemory(bytes); }
  work(cpuMs: number): number { return this.container.work(cpuMs); }
  exec(command: readonly string[]): Observable<ExecFrame> { return this.container.exec(command); }
}

/** A server as a program of the kernel. */
export const serverProgram = (server: Server, container: Container): Program => function* (process) {
  const hosted = new HostedServer(process, container);
  const close = process.system.listen?.((port, protocol) => (process.now() < hosted.startedAt + (server.startupMs ?? 0) ? undefined : acceptAt(server, hosted, port, protocol)));
  const banner = server.banner?.(hosted);
  if (banner?.text) hosted.print(banner.text, banner.stream);
  for (const [signal, code] of Object.entries(server.signals)) {
    process.onSignal(Number(signal), () => {
      const farewell = server.farewell?.(hosted, Number(signal));
      if (farewell) hosted.print(farewell.text, farewell.stream);
      process.end(code);
    });
  }
  try {
    server.start?.(hosted);
    yield* suspend<void>(() => {});
    return 0;
  } finally {
    close?.();
    server.ended?.(hosted);
  }
};
