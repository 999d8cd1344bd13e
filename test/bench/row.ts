/** One line of the benchmark: what was measured, beside what is aimed at. */
export type Row = { readonly name: string; readonly value: number; readonly unit: string; readonly aim: number; readonly met: boolean };

/** Which way is good. */
export type Better = 'less' | 'more';

export const row = (name: string, value: number, unit: string, aim: number, better: Better): Row => ({ name, value, unit, aim, met: better === 'less' ? value <= aim : value >= aim });

/** A group of rows measured together, side by side. */
export type Measurement = { readonly name: string; run(): Promise<readonly Row[]> | readonly Row[] };

/** Seconds that `work` takes on the wall. */
export async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

/** Seconds of processor time that `work` takes: what else runs on a shared machine does not count. */
export function cpuSeconds(work: () => unknown): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000_000;
}

/** The best of `times` runs: the machine is shared, and the fastest run is the least disturbed. */
export async function best(times: number, work: () => unknown): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < times; i++) least = Math.min(least, await seconds(work));
  return least;
}
