import type { Random } from '../sim/random';

/**
 * Gives out numbers of a range. As upstream, dynamic allocation draws at random from the upper part first and leaves the
 * lower `staticBand` to those who ask for a number by name.
 */
export class NumberAllocator {
  readonly #taken = new Set<number>();
  constructor(private readonly first: number, private readonly size: number, private readonly staticBand: number, private readonly random: Random) {}

  has(value: number): boolean { return this.#taken.has(value); }
  contains(value: number): boolean { return value >= this.first && value < this.first + this.size; }
  reserve(value: number): void { this.#taken.add(value); }
  release(value: number): void { this.#taken.delete(value); }

  /** A free number; undefined when the range is full. */
  next(): number | undefined {
    return this.#draw(this.first + this.staticBand, this.size - this.staticBand) ?? this.#draw(this.first, this.staticBand);
  }

  #draw(from: number, count: number): number | undefined {
    for (let tries = 0; tries < 8 && count > 0; tries++) {
      const value = from + this.random.below(count);
      if (!this.#taken.has(value)) return value;
    }
    for (let value = from; value < from + count; value++) if (!this.#taken.has(value)) return value;
    return undefined;
  }
}
