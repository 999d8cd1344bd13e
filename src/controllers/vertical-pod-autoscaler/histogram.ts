import { timestamp } from '../../lib/timestamp';
import type { HistogramCheckpoint } from '../../kinds/add-ons/vertical-pod-autoscaler';

/** Buckets that grow by a twentieth each, from the first one up to a largest value. */
export type Buckets = { readonly first: number; readonly count: number };
const growth = 1.05;
export const bucketsOf = (largest: number, first: number): Buckets => ({ first, count: Math.ceil(Math.log(largest * (growth - 1) / first + 1) / Math.log(growth)) + 1 });

/** Up to 1,000 cores from a hundredth of one, and a million million bytes from ten million. */
export const cpuBuckets = bucketsOf(1_000, 0.01);
export const memoryBuckets = bucketsOf(1e12, 1e7);

const startOf = ({ first }: Buckets, bucket: number): number => (bucket === 0 ? 0 : first * (growth ** bucket - 1) / (growth - 1));
const bucketOf = ({ first, count }: Buckets, amount: number): number =>
  (amount < first ? 0 : Math.min(count - 1, Math.floor(Math.log(amount * (growth - 1) / first + 1) / Math.log(growth))));

const halfLifeMs = 24 * 3_600_000;
/** Weights are kept relative to a time; it is moved on before they become too large to compare. */
const mostHalfLives = 100;
/** A weight below this is none. */
const leastWeight = 0.001 * 0.1;
const checkpointWeight = 10_000;

/** A histogram in which a sample counts half as much as one of a day later: what a container used, for the recommender. */
export class DecayingHistogram {
  readonly #weights = new Map<number, number>();
  #total = 0;
  #reference = -Infinity;

  constructor(private readonly buckets: Buckets) {}

  get isEmpty(): boolean { return this.#total < leastWeight; }

  add(amount: number, weight: number, at: number): void { this.#change(amount, weight * this.#factor(at)); }
  subtract(amount: number, weight: number, at: number): void { this.#change(amount, -weight * this.#factor(at)); }

  /** The end of the bucket below which this part of the weight lies; 0 for an empty histogram. */
  percentile(part: number): number {
    if (this.isEmpty) return 0;
    const filled = [...this.#weights.keys()].sort((a, b) => a - b);
    const last = filled.at(-1) ?? 0;
    let sum = 0;
    const found = filled.find((bucket) => bucket === last || (sum += this.#weights.get(bucket) ?? 0) >= part * this.#total) ?? last;
    return startOf(this.buckets, found < this.buckets.count - 1 ? found + 1 : found);
  }

  /** A copy whose samples may change without this one's. */
  copy(): DecayingHistogram {
    const copy = new DecayingHistogram(this.buckets);
    for (const [bucket, weight] of this.#weights) copy.#weights.set(bucket, weight);
    copy.#total = this.#total;
    copy.#reference = this.#reference;
    return copy;
  }

  toCheckpoint(): HistogramCheckpoint {
    const most = Math.max(0, ...this.#weights.values());
    const bucketWeights = Object.fromEntries([...this.#weights].sort(([a], [b]) => a - b)
      .map(([bucket, weight]): [string, number] => [String(bucket), Math.round(weight * checkpointWeight / most)]).filter(([, weight]) => weight > 0));
    return { referenceTimestamp: Number.isFinite(this.#reference) ? timestamp(this.#reference) : null, bucketWeights, totalWeight: this.#total };
  }

  load({ referenceTimestamp, bucketWeights = {}, totalWeight = 0 }: HistogramCheckpoint): void {
    const sum = Object.values(bucketWeights).reduce((all, weight) => all + weight, 0);
    if (sum <= 0) return;
    this.#reference = referenceTimestamp ? Date.parse(referenceTimestamp) : -Infinity;
    for (const [bucket, weight] of Object.entries(bucketWeights)) this.#weights.set(Number(bucket), weight * totalWeight / sum);
    this.#total = totalWeight;
  }

  #change(amount: number, weight: number): void {
    const bucket = bucketOf(this.buckets, amount);
    const next = (this.#weights.get(bucket) ?? 0) + weight;
    if (next < leastWeight) this.#weights.delete(bucket); else this.#weights.set(bucket, next);
    this.#total = Math.max(0, this.#total + weight);
  }

  #factor(at: number): number {
    if (at > this.#reference + halfLifeMs * mostHalfLives) this.#move(Math.round(at / halfLifeMs) * halfLifeMs);
    return 2 ** ((at - this.#reference) / halfLifeMs);
  }

  #move(reference: number): void {
    const scale = this.#reference === -Infinity ? 0 : 2 ** -Math.round((reference - this.#reference) / halfLifeMs);
    for (const [bucket, weight] of this.#weights) if (weight * scale < leastWeight) this.#weights.delete(bucket); else this.#weights.set(bucket, weight * scale);
    this.#total *= scale;
    this.#reference = reference;
  }
}
