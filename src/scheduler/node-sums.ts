/** The numbers that every search looks at, one row for each node. Side by side in memory: a search over hundreds of nodes waits for memory, not for arithmetic. */
export const column = {
  allowedPods: 0, allocatableCpuMilli: 1, allocatableMemoryBytes: 2, allocatableEphemeralBytes: 3,
  pods: 4, requestedCpuMilli: 5, requestedMemoryBytes: 6, requestedEphemeralBytes: 7, scoredCpuMilli: 8, scoredMemoryBytes: 9, marks: 10,
} as const;
/** Rows begin where cache lines do. */
export const width = 16;

/** Bits of the column `marks`. */
export const mark = { unschedulable: 1, hardTaints: 2, softTaints: 4 } as const;

/** Rows of numbers that can be taken and given back. */
export class NodeSums {
  /** All rows; replaced when there are more, so it may not be kept across changes. A plain field, because it is read more often than anything else. */
  values = new Float64Array(width * 8);
  /** A number for each row, another one after each change of it; kept apart because it is looked at far more often than the row. */
  generations = new Float64Array(8);
  /** 1 for each row whose node has nominated pods. */
  nominated = new Uint8Array(8);
  readonly #free: number[] = [];
  #used = 0;
  #generation = 0;

  /** Where a new row of zeros begins. */
  take(): number {
    const at = this.#free.pop() ?? this.#used++ * width;
    if (at >= this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
      const generations = new Float64Array(larger.length / width);
      generations.set(this.generations);
      this.generations = generations;
      const nominated = new Uint8Array(generations.length);
      nominated.set(this.nominated);
      this.nominated = nominated;
    }
    return at;
  }

  /** Says that the row was changed; no row ever has the same generation twice, not even for another node. */
  renew(at: number): void { this.generations[at / width] = ++this.#generation; }

  /** As it was before: what was changed since has been undone. */
  restore(at: number, generation: number): void { this.generations[at / width] = generation; }

  giveBack(at: number): void {
    this.values.fill(0, at, at + width);
    this.nominated[at / width] = 0;
    this.#free.push(at);
  }
}
