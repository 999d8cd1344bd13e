/** Chance with a seed. Each part draws from its own named stream, so a new part never shifts another's luck. */
export class Random {
  #state: number;
  constructor(private readonly seed: number) { this.#state = seed | 0; }

  /** The same name under the same seed always begins the same stream. */
  stream(name: string): Random { return new Random(hash(name, this.seed)); }

  /** In [0, 1). mulberry32: 32 bits of state, plenty for names and jitter. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, below). */
  below(below: number): number { return Math.floor(this.next() * below); }

  /** One of `choices`, each as likely. */
  pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    if (choices.length === 0) throw new Error('nothing to pick from');
    return choices[this.below(choices.length)] as T;
  }

  /** Letters that upstream uses for generated names: no vowels, no look-alikes. */
  suffix(length: number): string {
    let text = '';
    for (let i = 0; i < length; i++) text += suffixLetters.charAt(this.below(suffixLetters.length));
    return text;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex: number[] = [];
    for (let i = 0; i < 4; i++) {
      const bits = Math.floor(this.next() * 2 ** 32);
      for (let shift = 28; shift >= 0; shift -= 4) {
        const digit = (bits >>> shift) & 15;
        const at = hex.length;
        hex.push(hexDigits.charCodeAt(at === 14 ? 4 : at === 19 ? 8 + (digit & 3) : digit));
        if (at === 7 || at === 12 || at === 17 || at === 22) hex.push(dash);
      }
    }
    return String.fromCharCode(...hex);
  }
}

const hexDigits = '0123456789abcdef';
const dash = 45;
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a over UTF-16 units, started from the seed. */
const hash = (text: string, seed: number): number => {
  let value = (0x811c9dc5 ^ seed) | 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
};
