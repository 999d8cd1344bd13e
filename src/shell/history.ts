const most = 1_000;

/** The lines typed so far, oldest first: blank ones and immediate repetitions are left out. */
export class History {
  readonly #lines: string[] = [];
  #forgotten = 0;

  get lines(): readonly string[] { return this.#lines; }

  add(line: string): void {
    const trimmed = line.trimEnd();
    if (trimmed.trim() === '' || trimmed === this.#lines.at(-1)) return;
    this.#lines.push(trimmed);
    if (this.#lines.length <= most) return;
    this.#lines.splice(0, this.#lines.length - most);
    this.#forgotten++;
  }

  /** As `history` prints it, numbered. */
  toString(): string { return this.#lines.map((line, index) => `${String(index + 1 + this.#forgotten).padStart(5)}  ${line}\n`).join(''); }

  /** The newest line before `before` that begins with `prefix`: what Arrow Up looks for. Undefined when there is none. */
  previous(before = this.#lines.length, prefix = ''): number | undefined {
    for (let index = before - 1; index >= 0; index--) if (this.#lines[index]?.startsWith(prefix)) return index;
    return undefined;
  }

  /** The oldest line after `after` that begins with `prefix`. */
  next(after: number, prefix = ''): number | undefined {
    for (let index = after + 1; index < this.#lines.length; index++) if (this.#lines[index]?.startsWith(prefix)) return index;
    return undefined;
  }
}
