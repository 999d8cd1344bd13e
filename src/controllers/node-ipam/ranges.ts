import { Heap } from '../../sim/heap';

/** The ranges a pod network is cut into, one for each node: `10.244.0.0/16` into `10.244.N.0/24`. IPv4. */
export class Ranges {
  readonly #count: number;
  readonly #base: number;
  readonly #holders = new Map<number, string>();
  readonly #byHolder = new Map<string, number>();
  /** Below it all ranges have been given away once; those that came back wait in the heap. */
  #untouched = 0;
  readonly #returned = new Heap<number>((a, b) => a < b);

  /** @throws RangeError when `network` is no IPv4 network that can be cut into ranges of `maskBits`. */
  constructor(network: string, private readonly maskBits = 24) {
    const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(network);
    const [a = 256, b = 256, c = 256, d = 256, bits = 33] = match?.slice(1).map(Number) ?? [];
    if (Math.max(a, b, c, d) > 255 || bits > maskBits || maskBits > 30) throw new RangeError(`not a network for ranges of /${maskBits}: ${network}`);
    this.#base = ((a * 256 + b) * 256 + c) * 256 + d;
    this.#count = 2 ** (maskBits - bits);
  }

  /** Notes that `node` has this range; one of another network is none of ours. */
  occupy(range: string, node: string): void {
    const at = this.#indexOf(range);
    if (at === undefined || this.#holders.has(at)) return;
    this.#holders.set(at, node);
    this.#byHolder.set(node, at);
  }

  release(node: string): void {
    const at = this.#byHolder.get(node);
    if (at === undefined) return;
    this.#byHolder.delete(node);
    this.#holders.delete(at);
    this.#returned.push(at);
  }

  /** The lowest free range, which is the node's now; undefined when there is none left. */
  take(node: string): string | undefined {
    const at = this.#free();
    if (at === undefined) return undefined;
    this.#holders.set(at, node);
    this.#byHolder.set(node, at);
    return this.#text(at);
  }

  #free(): number | undefined {
    for (let at = this.#returned.first; at !== undefined && at < this.#untouched; at = this.#returned.first) {
      this.#returned.pop();
      if (!this.#holders.has(at)) return at;
    }
    while (this.#untouched < this.#count && this.#holders.has(this.#untouched)) this.#untouched++;
    return this.#untouched < this.#count ? this.#untouched++ : undefined;
  }

  get #size(): number { return 2 ** (32 - this.maskBits); }

  #text(at: number): string {
    const address = this.#base + at * this.#size;
    return `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')}/${this.maskBits}`;
  }

  #indexOf(range: string): number | undefined {
    const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range);
    const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match?.slice(1).map(Number) ?? [];
    const at = ((((a * 256 + b) * 256 + c) * 256 + d) - this.#base) / this.#size;
    return bits === this.maskBits && Number.isInteger(at) && at >= 0 && at < this.#count ? at : undefined;
  }
}
