import type { WatchLine } from '../apiserver/http/types';

/** Objects whose text is kept for the next watch that shows the same one. */
const remembered = 512;

/** Watch events as lines of JSON. What a hundred watches show is written as text once. */
export class EventLines {
  readonly #texts = new Map<object, string>();

  line({ type, object }: WatchLine): string {
    return `{"type":"${type}","object":${this.#text(object)}}\n`;
  }

  #text(object: object): string {
    const known = this.#texts.get(object);
    if (known !== undefined) return known;
    const text = JSON.stringify(object);
    this.#texts.set(object, text);
    if (this.#texts.size > remembered) for (const oldest of this.#texts.keys()) { this.#texts.delete(oldest); break; }
    return text;
  }
}
