import type { Completions, FromHost, ToHost } from '../../src/worker/protocol';

/** A stretch of the transcript: one command, or output of one stream. */
export type Block = { readonly key: number; readonly kind: 'command' | 'stdout' | 'stderr' | 'note'; readonly text: string; readonly prompt?: string };
type Run = { readonly resolve: (code: number) => void };
type Files = Readonly<Record<string, string>>;
/** A line that was run, and the files that were laid beside it. */
export type Ran = { readonly line: string; readonly files?: Files };

const historyKey = 'podarium.console.history';
const historySize = 500;
const maxBlocks = 400;
const maxBlockLength = 20_000;
const typingMs = 420;
/** Until the session has said what its own is. */
const unknownPrompt = '$ ';

/** The page's side of the console: the transcript, the line being typed, and what was typed before. The session itself lives in the worker. */
export class Console {
  blocks = $state.raw<readonly Block[]>([]);
  line = $state('');
  prompt = $state(unknownPrompt);
  busy = $state(false);
  #post: (message: ToHost) => void = () => {};
  #serial = 0;
  readonly #runs = new Map<number, Run>();
  readonly #completing = new Map<number, (completions: Completions) => void>();
  readonly #wholeness = new Map<number, (whole: boolean) => void>();
  readonly history: string[] = load();
  /** What was run in this cluster, in its order. */
  ran: readonly Ran[] = [];
  #at = 0;
  #draft = '';
  #pending: Block[] = [];
  #typing: Promise<unknown> = Promise.resolve();

  /** Talks to another worker from now on; what the old one still owed is over. */
  connect(post: (message: ToHost) => void): void {
    for (const run of this.#runs.values()) run.resolve(130);
    this.#runs.clear();
    this.#completing.clear();
    this.#wholeness.clear();
    this.#post = post;
    this.busy = false;
    this.ran = [];
    this.prompt = unknownPrompt;
  }

  /** Runs what was typed; resolves to the exit code. `files` are put in the session's working directory first. */
  run(line: string, files?: Files): Promise<number> {
    this.#remember(line);
    this.#at = this.history.length;
    this.#draft = '';
    this.#write({ key: ++this.#serial, kind: 'command', text: line, prompt: this.prompt });
    if (line.trim() === '') return Promise.resolve(0);
    this.ran = [...this.ran, { line, ...(files && { files }) }];
    const id = ++this.#serial;
    this.busy = true;
    return new Promise((resolve) => {
      this.#runs.set(id, { resolve });
      this.#post({ type: 'run', id, line, ...(files && { files }) });
    });
  }

  /** What a button does: its command appears letter by letter and is run, so that cause and effect are seen together. One at a time. */
  type(line: string, files?: Files): Promise<number> {
    const turn = this.#typing.then(() => this.#typeAndRun(line, files));
    this.#typing = turn;
    return turn;
  }

  async #typeAndRun(line: string, files?: Files): Promise<number> {
    if (this.busy) { this.interrupt(); await this.#idle(); }
    const draft = this.line;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const beganAt = performance.now();
    while (!still && document.visibilityState === 'visible') {
      const share = (performance.now() - beganAt) / typingMs;
      if (share >= 1) break;
      this.line = line.slice(0, Math.ceil(line.length * share));
      await nextFrame();
    }
    this.line = draft;
    return this.run(line, files);
  }

  async #idle(): Promise<void> { while (this.busy) await nextFrame(); }

  interrupt(): void {
    if (!this.busy) { this.#write({ key: ++this.#serial, kind: 'command', text: `${this.line}^C`, prompt: this.prompt }); this.line = ''; return; }
    this.#append('stdout', '^C\n');
    this.#post({ type: 'interrupt' });
  }

  /** A line for the program that runs; without one its input ends. */
  send(line?: string): void {
    if (line !== undefined) this.#write({ key: ++this.#serial, kind: 'command', text: line, prompt: '' });
    this.#post({ type: 'input', ...(line !== undefined && { text: `${line}\n` }) });
  }

  /** Whether the line can be run as it is; an open quote or loop waits for more. */
  isWhole(line: string): Promise<boolean> {
    const id = ++this.#serial;
    return new Promise((resolve) => {
      this.#wholeness.set(id, resolve);
      this.#post({ type: 'is-whole', id, line });
    });
  }

  complete(line: string, cursor: number): Promise<Completions> {
    const id = ++this.#serial;
    return new Promise((resolve) => {
      this.#completing.set(id, resolve);
      this.#post({ type: 'complete', id, line, cursor });
    });
  }

  clear(): void { this.blocks = []; this.#pending = []; }
  note(text: string): void { this.#write({ key: ++this.#serial, kind: 'note', text }); }

  /** Steps through what was typed before; the unfinished line waits at the end. */
  recall(step: -1 | 1): void {
    const next = this.#at + step;
    if (next < 0 || next > this.history.length) return;
    if (this.#at === this.history.length) this.#draft = this.line;
    this.#at = next;
    this.line = this.history[next] ?? this.#draft;
  }

  /** Takes what the worker says about the console; false when it is about something else. */
  receive(message: FromHost): void {
    if (message.type === 'started') this.prompt = message.prompt;
    if (message.type === 'output') this.#append(message.stream, message.text);
    if (message.type === 'completions') {
      this.#completing.get(message.id)?.(message.completions);
      this.#completing.delete(message.id);
    }
    if (message.type === 'whole') {
      this.#wholeness.get(message.id)?.(message.whole);
      this.#wholeness.delete(message.id);
    }
    if (message.type !== 'done') return;
    this.prompt = message.prompt;
    const run = this.#runs.get(message.id);
    this.#runs.delete(message.id);
    this.busy = this.#runs.size > 0;
    run?.resolve(message.code);
  }

  #append(kind: 'stdout' | 'stderr', text: string): void { this.#write({ key: ++this.#serial, kind, text }); }

  /** Gathers until the next frame: a flood of output is drawn once a frame, and the oldest blocks go. */
  #write(block: Block): void {
    if (this.#pending.push(block) === 1) requestAnimationFrame(() => this.#flush());
    if (document.visibilityState === 'hidden') this.#flush();
  }

  #flush(): void {
    const blocks = [...this.blocks];
    for (const block of this.#pending) {
      const last = blocks.at(-1);
      const joins = last && last.kind === block.kind && block.kind !== 'command' && last.text.length < maxBlockLength;
      if (joins) blocks[blocks.length - 1] = { ...last, text: last.text + block.text };
      else blocks.push(block);
    }
    this.#pending = [];
    this.blocks = blocks.slice(-maxBlocks);
  }

  #remember(line: string): void {
    if (line.trim() === '' || line === this.history.at(-1)) return;
    this.history.push(line);
    if (this.history.length > historySize) this.history.splice(0, this.history.length - historySize);
    localStorage.setItem(historyKey, JSON.stringify(this.history));
  }
}

const nextFrame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));

function load(): string[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(historyKey) ?? '[]');
    return Array.isArray(saved) ? saved.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];   // not ours, or cut short: start anew
  }
}
