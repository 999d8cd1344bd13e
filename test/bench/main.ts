import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Measurement, Row } from './row';
import { bundleSizes } from './rows/bundle';
import { convergence } from './rows/convergence';
import { fuzz } from './rows/fuzz';
import { growth, idleHour } from './rows/growth';
import { http } from './rows/http';
import { oneHourOfProbes } from './rows/probes';
import { replicasReady } from './rows/replicas';
import { scale } from './rows/scale';
import { scaleBrowser } from './rows/scale-browser';
import { scaleCrash } from './rows/scale-crash';
import { scaleDeletion } from './rows/scale-deletion';
import { scaleGrowth } from './rows/scale-growth';
import { scaleRollout } from './rows/scale-rollout';
import { schedulerPerf } from './rows/scheduler-perf';
import { storeWrites } from './rows/store';
import { printTable } from './table';

const measurements: readonly Measurement[] = [
  replicasReady, oneHourOfProbes, idleHour, growth, schedulerPerf, storeWrites, http, fuzz, convergence, scale, scaleRollout, scaleCrash,
  scaleDeletion, scaleGrowth, scaleBrowser, bundleSizes,
];

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(`npm run bench -- [--only PATTERN] [--json FILE]\n\nMeasurements: ${measurements.map(({ name }) => name).join(', ')}`);
  process.exit(0);
}

const pattern = new RegExp(values.only ?? '', 'i');
const rows: Row[] = [];
for (const { name, run } of measurements.filter((measurement) => pattern.test(measurement.name))) {
  console.error(`Measuring ${name} ...`);
  rows.push(...await run());
}
printTable(rows);
if (values.json) writeFileSync(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
process.exit(0);   // the peer measured beside us keeps timers running
