import { Observable, type Subscriber } from 'rxjs';

/** What a client sends, for one reader: kept until it begins to read. */
export class BufferedInput {
  #waiting: string[] = [];
  #reader: Subscriber<string> | undefined;
  #ended = false;

  readonly read = new Observable<string>((reader) => {
    for (const text of this.#waiting.splice(0)) reader.next(text);
    if (this.#ended) reader.complete(); else this.#reader = reader;
  });

  push(text: string): void {
    if (this.#ended || text === '') return;
    if (this.#reader) this.#reader.next(text); else this.#waiting.push(text);
  }

  end(): void {
    this.#ended = true;
    this.#reader?.complete();
  }
}
