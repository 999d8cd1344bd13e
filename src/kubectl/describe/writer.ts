import { TabWriter } from '../printers/tab-writer';

/** Gathers the lines of a description; cells end in tabs and line up within neighbouring lines. */
export class Description {
  readonly #writer = new TabWriter({ padding: 2 });
  #done = '';

  /** Without `aligned` the tabs stay as they are. */
  constructor(private readonly aligned = true) {}

  /** One line, `level` steps indented. */
  line(level: number, text: string): void { this.write(`${'  '.repeat(level)}${text}\n`); }

  /** Text as it is, without an end of line. */
  write(text: string): void { if (this.aligned) this.#writer.write(text); else this.#done += text; }

  /** What follows no longer lines up with what came before. */
  flush(): void { this.#done += this.#writer.flush(); }

  toString(): string { this.flush(); return this.#done; }
}

type Texts = Readonly<Record<string, string>> | undefined;
const sorted = (texts: Texts): [string, string][] => Object.entries(texts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));

/** `Labels:  a=b`, one a line, or `<none>`. */
export function labels(out: Description, title: string, values: Texts): void {
  const lines = sorted(values).map(([key, value]) => `${key}=${value}`);
  multiline(out, title, lines);
}

/** The first beside its title, the others below it; `<none>` for no line. */
export function multiline(out: Description, title: string, lines: readonly string[]): void {
  out.line(0, `${title}:\t${lines[0] ?? '<none>'}`);
  for (const line of lines.slice(1)) out.line(0, `\t${line}`);
}

const longestAnnotation = 140;
const shorten = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}...` : text);

/** A text as long as it is shown. */
export const shortened = (text: string): string => shorten(text, longestAnnotation);

/** `True` or `False`, `<unset>` for neither. */
export const yesOrNo = (value: boolean | undefined): string => (value === undefined ? '<unset>' : value ? 'True' : 'False');

/** Annotations, without the one that apply leaves; long ones below their key. */
export function annotations(out: Description, title: string, values: Texts): void {
  const shown = sorted(values).filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration');
  multiline(out, title, shown.flatMap(([key, value]) => {
    const text = value.replace(/\n$/, '');
    if (text.length + key.length + 2 <= longestAnnotation && !text.includes('\n')) return [`${key}: ${text}`];
    return [`${key}:`, ...text.split('\n').map((line) => `  ${shorten(line, longestAnnotation - 2)}`)];
  }));
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** `Sat, 21 Nov 2026 09:02:20 +0000`; what Go prints for no time when there is none. */
export function longTime(time: string | null | undefined): string {
  const date = new Date(time ?? '0001-01-01T00:00:00Z');
  const day = `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${String(date.getUTCFullYear()).padStart(4, '0')}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}
