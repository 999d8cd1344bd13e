import type { Subscription } from 'rxjs';
import type { Cluster } from '../cluster/cluster';
import type { Descriptions } from '../schema/explain';
import { consoleOf } from '../shell/cluster-console';
import type { Console } from '../shell/console';
import type { Controls } from '../shell/podarium-program';
import type { FromHost, ToHost } from './protocol';

type Options = {
  readonly cluster: Cluster;
  /** What lies in its home directory. */
  readonly files: Readonly<Record<string, string>>;
  readonly controls: Controls;
  readonly post: (message: FromHost) => void;
  readonly fail: (error: unknown) => void;
};

/** The console's session beside the cluster. The page only shows text: lines come in, output goes out. */
export class ConsoleHost {
  readonly #session: Console;
  readonly #edits = new Map<number, (text: string | undefined) => void>();
  #running: Subscription | undefined;
  #lastEdit = 0;
  #descriptions: Promise<Descriptions> | undefined;
  #tellDescriptions: (descriptions: Descriptions) => void = () => {};

  constructor(private readonly options: Options) {
    const { cluster, files, controls } = options;
    this.#session = consoleOf(cluster, {
      files, controls,
      edit: (text, name) => this.#edit(text, name),
      descriptions: () => this.#askForDescriptions(),
    });
  }

  get prompt(): string { return this.#session.prompt; }

  receive(message: ToHost): void {
    switch (message.type) {
      case 'run': this.#run(message); break;
      case 'interrupt': this.#interrupt(); break;
      case 'input': if (message.text === undefined) this.#session.endInput(); else this.#session.input(message.text); break;
      case 'is-whole': this.options.post({ type: 'whole', id: message.id, whole: this.#session.isComplete(message.line) }); break;
      case 'complete': void this.#complete(message); break;
      case 'ask': this.#ask(message); break;
      case 'descriptions': this.#tellDescriptions(message.descriptions); break;
      case 'edited': this.#edits.get(message.id)?.(message.text); this.#edits.delete(message.id); break;
      default: break;
    }
  }

  #run({ id, line, files = {} }: Extract<ToHost, { type: 'run' }>): void {
    const { post, fail } = this.options;
    for (const [path, text] of Object.entries(files)) this.#session.writeFile(path, text);
    this.#running = this.#session.run(line).subscribe({
      next: (frame) => {
        if (frame.stream === 'exit') post({ type: 'done', id, code: frame.code, prompt: this.prompt });
        else post({ type: 'output', id, stream: frame.stream, text: frame.text });
      },
      error: fail,
    });
  }

  /** A session of its own: what is asked beside the console leaves no trace in it. */
  #ask({ id, line }: Extract<ToHost, { type: 'ask' }>): void {
    const { cluster, post, fail } = this.options;
    let text = '';
    consoleOf(cluster).run(line).subscribe({
      next: (frame) => { if (frame.stream === 'exit') post({ type: 'asked', id, text }); else text += frame.text; },
      error: fail,
    });
  }

  #interrupt(): void {
    for (const giveUp of this.#edits.values()) giveUp(undefined);
    this.#edits.clear();
    if (this.#running && !this.#running.closed) this.#session.interrupt();
  }

  async #complete({ id, line, cursor }: Extract<ToHost, { type: 'complete' }>): Promise<void> {
    const { post, fail } = this.options;
    try { post({ type: 'completions', id, completions: await this.#session.complete(line, cursor) }); } catch (error) { fail(error); }
  }

  /** The texts are large and the page has them for its editor: they are asked for once. */
  #askForDescriptions(): Promise<Descriptions> {
    this.#descriptions ??= new Promise((resolve) => {
      this.#tellDescriptions = resolve;
      this.options.post({ type: 'descriptions-wanted' });
    });
    return this.#descriptions;
  }

  #edit(text: string, name: string): Promise<string | undefined> {
    const id = ++this.#lastEdit;
    return new Promise((resolve) => {
      this.#edits.set(id, resolve);
      this.options.post({ type: 'edit', id, name, text });
    });
  }
}
