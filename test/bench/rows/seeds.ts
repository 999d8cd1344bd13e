import { spawn } from 'node:child_process';

type Outcome = { readonly numFailedTests: number; readonly numPassedTests: number; readonly testResults: readonly unknown[] };

/**
 * Plays a range of seeds (`21-120`) of a test that takes them from an environment variable, in a process of its own; gives how many failed. How to see
 * one of them again is said on a line.
 */
function playSeeds(test: string, variable: string, range: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    const running = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', test, '--reporter=json'],
      { env: { ...process.env, [variable]: range }, stdio: ['ignore', 'pipe', 'inherit'] });
    running.stdout.on('data', (part: Buffer) => { output += part.toString(); });
    running.on('error', reject);
    running.on('close', () => {
      const { numFailedTests, numPassedTests, testResults } = JSON.parse(output) as Outcome;
      if (numPassedTests + numFailedTests === 0) reject(new Error(JSON.stringify(testResults)));
      for (const line of new Set(output.match(new RegExp(`${variable}=\\d+ npx.*?(?=\\\\|")`, 'g')))) console.error(line);
      resolve(numFailedTests);
    });
  });
}

/** Plays ranges side by side. */
export async function failuresIn(ranges: readonly string[], test: string, variable: string): Promise<number> {
  return (await Promise.all(ranges.map((range) => playSeeds(test, variable, range)))).reduce((sum, each) => sum + each, 0);
}
