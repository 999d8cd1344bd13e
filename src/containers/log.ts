import { Observable, Subject } from 'rxjs';
import type { ContainerLog, LogLine } from './types';

/** A container's output. Holds between `limit` and twice as many lines; an unfinished line waits until its newline or the container's end. */
export class BoundedLog implements ContainerLog {
  #lines: LogLine[] = [];
  #partial: { readonly stdout: string; readonly stderr: string } = nothing;
  #ended = false;
  #follow: Subject<LogLine> | undefined;

  /** `now` in milliseconds of virtual time. */
  constructor(private readonly limit: number, private readonly now: () => number) {}

  get lines(): readonly LogLine[] { return this.#lines.slice(-this.limit); }

  get follow(): Observable<LogLine> {
    return new Observable((subscriber) => {
      if (this.#ended) return subscriber.complete();
      this.#follow ??= new Subject();
      return this.#follow.subscribe(subscriber);
    });
  }

  /** Takes output as it is written, in pieces of any size. */
  write(text: string, stream: LogLine['stream'], at = this.now()): void {
    const partial = this.#partial[stream];
    if (partial === '' && text !== '' && text.indexOf('\n') === text.length - 1) { this.#append({ at, stream, text: text.slice(0, -1) }); return; }   // one line, as servers print
    const pieces = (partial + text).split('\n');
    const rest = pieces.pop() ?? '';
    if (rest !== partial) this.#partial = { ...this.#partial, [stream]: rest };
    for (const line of pieces) this.#append({ at, stream, text: line });
  }

  /** The container is over: what was written without a newline becomes a line, and followers are done. */
  end(): void {
    if (this.#ended) return;
    const { stdout, stderr } = this.#partial;
    this.#partial = nothing;
    if (stdout) this.#append({ at: this.now(), stream: 'stdout', text: stdout });
    if (stderr) this.#append({ at: this.now(), stream: 'stderr', text: stderr });
    this.#ended = true;
    this.#follow?.complete();
  }

  #append(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length >= 2 * this.limit) this.#lines = this.#lines.slice(-this.limit);
    this.#follow?.next(line);
  }
}

const nothing = { stdout: '', stderr: '' };
