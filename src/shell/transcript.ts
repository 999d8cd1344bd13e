/** One command as it was typed, all that it wrote, and how it ended; no code while it runs. */
export type Spoken = { readonly prompt: string; readonly line: string; readonly text: string; readonly code?: number };

const mostCommands = 200;
const mostLetters = 100_000;
// Moves of the cursor and colours are no text.
const controls = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');
const clearScreen = `${String.fromCharCode(27)}[2J`;

/** What was said in the console, as plain text: for screen readers, copying, and tests. The oldest goes first. */
export class Transcript {
  readonly #spoken: Spoken[] = [];

  get spoken(): readonly Spoken[] { return this.#spoken; }

  begin(prompt: string, line: string): void {
    this.#spoken.push({ prompt, line, text: '' });
    if (this.#spoken.length > mostCommands) this.#spoken.splice(0, this.#spoken.length - mostCommands);
  }

  /** More output of the newest command; what a program cleared away is gone. */
  add(text: string): void {
    const cleared = text.lastIndexOf(clearScreen);
    const kept = cleared < 0 ? (this.#spoken.at(-1)?.text ?? '') : '';
    const added = (cleared < 0 ? text : text.slice(cleared + clearScreen.length)).replace(controls, '');
    this.#change({ text: (kept + added).slice(-mostLetters) });
  }

  end(code: number): void { this.#change({ code }); }

  toString(): string { return this.#spoken.map(({ prompt, line, text }) => `${prompt}${line}\n${text}${text === '' || text.endsWith('\n') ? '' : '\n'}`).join(''); }

  #change(part: Partial<Spoken>): void {
    const last = this.#spoken.pop();
    if (last) this.#spoken.push({ ...last, ...part });
  }
}
