/** The addresses of one node's podCIDR, given out in a circle as the host-local CNI plugin does: the last freed comes back last. */
export class PodAddresses {
  readonly #first: number;
  readonly #size: number;
  readonly #used = new Set<number>();
  #last = 0;

  /** `cidr` such as `10.244.1.0/24`; network address, gateway (the first host) and broadcast stay free. `taken` are addresses that somebody has already. */
  constructor(readonly cidr: string, taken: Iterable<string> = []) {
    const [base = '', bits = '24'] = cidr.split('/');
    this.#first = numberOf(base) + 2;
    this.#size = Math.max(0, 2 ** (32 - Number(bits)) - 3);
    for (const ip of taken) this.#used.add(numberOf(ip) - this.#first);
  }

  /** Undefined when all are taken. */
  take(): string | undefined {
    for (let tried = 0; tried < this.#size; tried++) {
      const index = (this.#last + tried) % this.#size;
      if (this.#used.has(index)) continue;
      this.#used.add(index);
      this.#last = index + 1;
      return textOf(this.#first + index);
    }
    return undefined;
  }

  free(ip: string): void { this.#used.delete(numberOf(ip) - this.#first); }
}

const numberOf = (ip: string): number => ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
const textOf = (number: number): string => `${(number >>> 24) & 255}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
