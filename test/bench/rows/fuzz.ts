import { Fuzzer } from '../../apiserver/fuzz/fuzzer';
import { row, seconds, type Measurement } from '../row';

const seeds = 200;
const requestsPerSeed = 1_000;
/** Those that are played with every test. */
const played = 20;

/** Mutated requests by the hundred thousand: what they find is told, with a line that shows it again. */
export const fuzz: Measurement = {
  name: 'fuzz',
  async run() {
    let violations = 0;
    const took = await seconds(() => {
      for (let seed = played + 1; seed <= played + seeds; seed++) {
        for (const { line } of new Fuzzer(seed).run(requestsPerSeed)) { violations++; console.error(line); }
      }
    });
    return [
      row(`fuzz: violations of ${(seeds * requestsPerSeed).toLocaleString('en')} requests`, violations, '', 0, 'less'),
      row('fuzz: mutated requests, in process', Math.round((seeds * requestsPerSeed) / took), 'requests/s', 1_000, 'more'),
    ];
  },
};
