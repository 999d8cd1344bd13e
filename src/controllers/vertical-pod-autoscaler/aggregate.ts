import type { CheckpointStatus } from '../../kinds/add-ons/vertical-pod-autoscaler';
import { timestamp } from '../../lib/timestamp';
import { cpuBuckets, DecayingHistogram, memoryBuckets } from './histogram';

const leastCpuWeight = 0.1;
/** Memory is judged by its peak in each such interval. */
const peakIntervalMs = 24 * 3_600_000;
const outOfMemoryBump = { ratio: 1.2, bytes: 100 * 1024 * 1024 };
export const checkpointVersion = 'v3';

/** What all containers of one name under one autoscaler used. */
export class Aggregate {
  cpu = new DecayingHistogram(cpuBuckets);
  memory = new DecayingHistogram(memoryBuckets);
  firstSampleAt = 0;
  lastSampleAt = 0;
  samples = 0;
  /** What the status of its checkpoint was made of. */
  keptAt = -Infinity;

  /** From 0, by the days of samples, of which there should be one a minute. */
  get confidence(): number { return Math.min((this.lastSampleAt - this.firstSampleAt) / 86_400_000, this.samples / 1_440); }

  addCpu(milli: number, requestMilli: number, at: number): void {
    this.cpu.add(milli / 1_000, Math.max(leastCpuWeight, requestMilli / 1_000), at);
    if (this.firstSampleAt === 0 || at < this.firstSampleAt) this.firstSampleAt = at;
    this.lastSampleAt = Math.max(this.lastSampleAt, at);
    this.samples++;
  }

  /** As it is kept: without the peaks of intervals that have not ended, since these will come again. */
  toCheckpoint(now: number, peaks: Iterable<ContainerPeaks>): CheckpointStatus {
    const memory = this.memory.copy();
    for (const { endsAt, bytes } of peaks) if (now < endsAt && bytes > 0) memory.subtract(bytes, 1, endsAt);
    return {
      lastUpdateTime: timestamp(now), version: checkpointVersion, cpuHistogram: this.cpu.toCheckpoint(), memoryHistogram: memory.toCheckpoint(),
      firstSampleStart: timestamp(this.firstSampleAt), lastSampleStart: timestamp(this.lastSampleAt), totalSamplesCount: this.samples,
    };
  }

  load({ version, cpuHistogram, memoryHistogram, firstSampleStart, lastSampleStart, totalSamplesCount = 0 }: CheckpointStatus): void {
    if (version !== checkpointVersion) return;
    if (cpuHistogram) this.cpu.load(cpuHistogram);
    if (memoryHistogram) this.memory.load(memoryHistogram);
    this.firstSampleAt = firstSampleStart ? Date.parse(firstSampleStart) : 0;
    this.lastSampleAt = lastSampleStart ? Date.parse(lastSampleStart) : 0;
    this.samples = totalSamplesCount;
  }
}

/** One container of one pod: its newest sample, and its peak of memory in the present interval. */
export class ContainerPeaks {
  #lastCpuAt = 0;
  #lastMemoryAt = 0;
  #outOfMemoryAt = 0;
  /** The end of the interval. */
  endsAt = 0;
  bytes = 0;

  /** Takes a sample, once. */
  sample(aggregate: Aggregate, { cpuMilli, memoryBytes, at }: { readonly cpuMilli: number; readonly memoryBytes: number; readonly at: number }, requestMilli: number): void {
    if (at > this.#lastCpuAt) aggregate.addCpu(cpuMilli, requestMilli, at);
    if (at > this.#lastMemoryAt) this.#peak(aggregate, memoryBytes, at);
    this.#lastCpuAt = Math.max(this.#lastCpuAt, at);
    this.#lastMemoryAt = Math.max(this.#lastMemoryAt, at);
  }

  /** It was killed for want of memory: it would have used more than it had. */
  outOfMemory(aggregate: Aggregate, requestBytes: number, at: number): void {
    if (at <= this.#outOfMemoryAt) return;
    this.#outOfMemoryAt = at;
    const used = Math.max(requestBytes, this.bytes);
    this.#peak(aggregate, Math.max(used + outOfMemoryBump.bytes, used * outOfMemoryBump.ratio), at);
  }

  #peak(aggregate: Aggregate, bytes: number, at: number): void {
    if (this.endsAt === 0) this.endsAt = at;
    if (at < this.endsAt) {
      if (bytes <= this.bytes) return;
      if (this.bytes > 0) aggregate.memory.subtract(this.bytes, 1, this.endsAt);
    } else this.endsAt += (Math.floor((at - this.endsAt) / peakIntervalMs) + 1) * peakIntervalMs;
    this.bytes = bytes;
    aggregate.memory.add(bytes, 1, this.endsAt);
  }
}
