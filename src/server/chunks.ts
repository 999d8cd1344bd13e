import type { ServerResponse } from 'node:http';

/** A client that reads so slowly that this much waits for it is let go, as upstream does: it lists again. */
const mostWaitingBytes = 32 * 1_024 * 1_024;

/** A body that comes bit by bit: what is written in one go travels as one chunk. */
export class Chunks {
  #waiting = '';
  constructor(private readonly response: ServerResponse) {}

  write(text: string): void {
    if (this.#waiting === '') process.nextTick(() => this.#flush());
    this.#waiting += text;
  }

  end(): void {
    this.#flush();
    this.response.end();
  }

  #flush(): void {
    const text = this.#waiting;
    this.#waiting = '';
    if (text === '' || this.response.destroyed || this.response.writableEnded) return;
    this.response.write(text);
    if (this.response.writableLength > mostWaitingBytes) this.response.destroy();
  }
}
