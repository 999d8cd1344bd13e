const interruptKey = '\x03';
const endKey = '\x04';
const killKey = '\x15';
const eraseKeys = '\x7f\b';

/** What a terminal does with what it makes of keys. */
export type TerminalHost = {
  /** To the program that reads: a text, or with cooked keys a whole line. */
  input(text: string): void;
  endInput(): void;
  /** To the eyes of who types. */
  echo(text: string): void;
  /** Signal 2 to what runs in the foreground. */
  interrupt(): void;
};

/**
 * The kernel's side of a terminal: Ctrl+C becomes a signal and Ctrl+D the end of input. With `echoes` whoever types sees nothing of their own
 * making (a client whose terminal is raw), so keys are shown, and gathered to a line that can be corrected.
 */
export class Terminal {
  #line = '';
  constructor(private readonly host: TerminalHost, private readonly echoes: boolean) {}

  type(text: string): void {
    for (const key of text) if (this.echoes) this.#edit(key); else this.#pass(key);
  }

  #pass(key: string): void {
    if (key === interruptKey) this.host.interrupt();
    else if (key === endKey) this.host.endInput();
    else this.host.input(key === '\r' ? '\n' : key);
  }

  #edit(key: string): void {
    const { host } = this;
    switch (true) {
      case key === '\r' || key === '\n': this.#enter('\n'); break;
      case key === interruptKey: host.echo('^C\n'); this.#line = ''; host.interrupt(); break;
      case key === endKey: if (this.#line === '') host.endInput(); else this.#enter(''); break;
      case key === killKey: this.#erase([...this.#line].length); break;
      case eraseKeys.includes(key): this.#erase(1); break;
      case key < ' ' && key !== '\t': break;
      default: this.#line += key; host.echo(key);
    }
  }

  #enter(end: string): void {
    const line = this.#line + end;
    this.#line = '';
    this.host.echo(end);
    this.host.input(line);
  }

  #erase(count: number): void {
    const letters = [...this.#line];
    const erased = letters.splice(Math.max(0, letters.length - count));
    this.#line = letters.join('');
    this.host.echo('\b \b'.repeat(erased.length));
  }
}

/** What a program prints, as a raw terminal needs it. */
export const onRawTerminal = (text: string): string => text.replaceAll(/\r?\n/g, '\r\n');
