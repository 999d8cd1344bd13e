import { spawn } from 'node:child_process';
import { row, seconds, type Measurement } from '../row';

/** Seeds beyond those that are played with every test, a thousand requests each; one process for each core. */
const ranges = ['21-120', '121-220'];
const requests = 200_000;

/** Plays seeds in a process of its own; gives how many of them found something. What they found it says itself. */
function play(range: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const running = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/apiserver/fuzz.test.ts', '--reporter=json'],
      { env: { ...process.env, FUZZ_SEED: range }, stdio: ['ignore', 'pipe', 'inherit'] });
    running.stdout.on('data', (part: Buffer) => { output += part.toString(); });
    running.on('error', reject);
    running.on('close', () => {
      const { numFailedTests, numPassedTests, testResults } = JSON.parse(output) as { readonly numFailedTests: number; readonly numPassedTests: number; readonly testResults: readonly unknown[] };
      if (numPassedTests + numFailedTests === 0) reject(new Error(JSON.stringify(testResults)));
      for (const line of new Set(output.match(/FUZZ_SEED=\d+ npx.*?(?=\\n|")/g))) console.error(line);
      resolve(numFailedTests);
    });
  });
}

/** Mutated requests by the hundred thousand. */
export const fuzz: Measurement = {
  name: 'fuzz',
  async run() {
    let failed = 0;
    const took = await seconds(async () => { for (const each of await Promise.all(ranges.map(play))) failed += each; });
    return [
      row(`fuzz: seeds with violations, ${requests.toLocaleString('en')} requests`, failed, '', 0, 'less'),
      row('fuzz: mutated requests, in process', Math.round(requests / took), 'requests/s', 1_000, 'more'),
    ];
  },
};
