import { FileError, type FileSystem } from './files';
import { type Running, done, suspend } from './running';

/** Written to a pipe that nobody reads any more: the writer dies of SIGPIPE. */
export class BrokenPipe extends Error {}

/** What a file descriptor stands for; shared by all descriptors that were copied from it, and closed when the last one is. */
export interface OpenFile {
  readonly terminal: boolean;
  /** The next text, at most `limit` characters; undefined at the end. */
  read(limit?: number): Running<string | undefined>;
  /** The next line with its newline (the last may have none); undefined at the end. */
  readLine(): Running<string | undefined>;
  write(text: string): Running<void>;
  retain(): void;
  release(): void;
}

/** Text between those who put it in and those who take it out. */
export class Channel {
  #text = '';
  #ended = false;
  readonly #waiting = new Set<() => void>();

  get size(): number { return this.#text.length; }

  push(text: string): void { this.#text += text; this.#changed(); }
  end(): void { this.#ended = true; this.#changed(); }

  *read(limit = Infinity): Running<string | undefined> {
    while (this.#text === '' && !this.#ended) yield* this.change();
    return this.#text === '' ? undefined : this.#take(limit);
  }

  *readLine(): Running<string | undefined> {
    let end = this.#text.indexOf('\n');
    while (end < 0 && !this.#ended) {
      yield* this.change();
      end = this.#text.indexOf('\n');
    }
    if (end >= 0) return this.#take(end + 1);
    return this.#text === '' ? undefined : this.#take(Infinity);
  }

  /** Waits until something is put in, taken out, or ended. */
  change(): Running<void> {
    return suspend((resume) => {
      const waiter = (): void => resume(undefined);
      this.#waiting.add(waiter);
      return () => this.#waiting.delete(waiter);
    });
  }

  /** Wakes everybody who waits for a change, because a condition beside the text has changed. */
  poke(): void { this.#changed(); }

  #take(limit: number): string {
    const taken = this.#text.slice(0, limit);
    this.#text = this.#text.slice(taken.length);
    this.#changed();
    return taken;
  }

  #changed(): void {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const waiter of waiting) waiter();
  }
}

abstract class Counted implements OpenFile {
  readonly terminal: boolean = false;
  #holders = 1;
  retain(): void { this.#holders++; }
  release(): void { if (--this.#holders === 0) this.close(); }
  protected close(): void {}
  read(): Running<string | undefined> { throw new FileError('EBADF'); }
  readLine(): Running<string | undefined> { throw new FileError('EBADF'); }
  write(_text: string): Running<void> { throw new FileError('EBADF'); }
}

const pipeCapacity = 65_536;

/** Two ends: what is written to one is read from the other. A full pipe makes its writers wait. */
export const createPipe = (): { readonly reader: OpenFile; readonly writer: OpenFile } => {
  const channel = new Channel();
  let readable = true;
  class Reader extends Counted {
    override read(limit?: number): Running<string | undefined> { return channel.read(limit); }
    override readLine(): Running<string | undefined> { return channel.readLine(); }
    protected override close(): void { readable = false; channel.poke(); }
  }
  class Writer extends Counted {
    override *write(text: string): Running<void> {
      while (readable && channel.size >= pipeCapacity) yield* channel.change();
      if (!readable) throw new BrokenPipe();
      channel.push(text);
    }
    protected override close(): void { channel.end(); }
  }
  return { reader: new Reader(), writer: new Writer() };
};

/** Input from a channel that somebody else fills: a terminal, `kubectl exec -i`. */
export class ChannelInput extends Counted {
  constructor(private readonly channel: Channel, override readonly terminal = false) { super(); }
  override read(limit?: number): Running<string | undefined> { return this.channel.read(limit); }
  override readLine(): Running<string | undefined> { return this.channel.readLine(); }
}

/** Input that is known from the start: a file's content, a here-document. */
export const textInput = (text: string): OpenFile => {
  const channel = new Channel();
  channel.push(text);
  channel.end();
  return new ChannelInput(channel);
};

/** Output that goes to a function as it comes. Reading from it is what reading from an empty terminal is: the end. */
export class FunctionOutput extends Counted {
  constructor(private readonly print: (text: string) => void, override readonly terminal = false) { super(); }
  override read(): Running<undefined> { return done(undefined); }
  override readLine(): Running<undefined> { return done(undefined); }
  override write(text: string): Running<void> { return done(this.print(text)); }
}

/** /dev/null, and /dev/zero or /dev/urandom when there is something to `fill` with. */
export class NullDevice extends Counted {
  constructor(private readonly fill?: (length: number) => string) { super(); }
  override read(limit = 4_096): Running<string | undefined> { return done(this.fill?.(Math.min(limit, 65_536))); }
  override readLine(): Running<string | undefined> { return done(this.fill?.(4_096)); }
  override write(_text: string): Running<void> { return done(undefined); }
}

/** A regular file, opened to write at its end. */
export class FileOutput extends Counted {
  constructor(private readonly files: FileSystem, private readonly path: string) { super(); }
  override read(): Running<undefined> { return done(undefined); }
  override readLine(): Running<undefined> { return done(undefined); }
  override write(text: string): Running<void> {
    const before = this.files.stat(this.path) ? this.files.read(this.path) : '';
    return done(this.files.write(this.path, before + text));
  }
}
