import { row, seconds, type Measurement } from '../row';
import { failuresIn } from './seeds';

/** Seeds beyond those that are played with every test, a thousand requests each; one process for each core. */
const ranges = ['21-120', '121-220'];
const requests = 200_000;

/** Mutated requests by the hundred thousand. */
export const fuzz: Measurement = {
  name: 'fuzz',
  async run() {
    let failed = 0;
    const took = await seconds(async () => { failed = await failuresIn(ranges, 'test/apiserver/fuzz.test.ts', 'FUZZ_SEED'); });
    return [
      row(`fuzz: seeds with violations, ${requests.toLocaleString('en')} requests`, failed, '', 0, 'less'),
      row('fuzz: mutated requests, in process', Math.round(requests / took), 'requests/s', 1_000, 'more'),
    ];
  },
};
