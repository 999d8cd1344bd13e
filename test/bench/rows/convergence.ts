import { spawn } from 'node:child_process';
import { row, seconds, type Measurement } from '../row';

/** Lives beyond those that are played with every test; one process for each core. */
const ranges = ['201-1200', '1201-2200'];
const lives = 2_000;

/** Plays lives in a process of its own; gives how many of them did not converge. How to see one again it says on a line. */
function play(range: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const running = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/convergence', '--reporter=json'],
      { env: { ...process.env, SEED: range }, stdio: ['ignore', 'pipe', 'inherit'] });
    running.stdout.on('data', (part: Buffer) => { output += part.toString(); });
    running.on('error', reject);
    running.on('close', () => {
      const { numFailedTests, numPassedTests, testResults } = JSON.parse(output) as { readonly numFailedTests: number; readonly numPassedTests: number; readonly testResults: readonly unknown[] };
      if (numPassedTests + numFailedTests === 0) reject(new Error(JSON.stringify(testResults)));
      for (const line of new Set(output.match(/SEED=\d+ npx.*?(?=\\|")/g))) console.error(line);
      resolve(numFailedTests);
    });
  });
}

/** Random lives by the thousand. */
export const convergence: Measurement = {
  name: 'convergence',
  async run() {
    let failed = 0;
    const took = await seconds(async () => { for (const each of await Promise.all(ranges.map(play))) failed += each; });
    return [
      row(`convergence: lives that did not converge, of ${lives.toLocaleString('en')}`, failed, '', 0, 'less'),
      row('convergence: lives of a cluster, each with its operations, its end and an idle time', Math.round(lives / took * 10) / 10, 'lives/s', 1, 'more'),
    ];
  },
};
