import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { version } from '../../package.json';
import { podarium } from './command';

// A reader that has seen enough, such as `| head`, ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code === 'EPIPE') process.exit(0); throw error; });

// npm runs scripts in the package's folder, and says where it was called.
const directory = (process.env['npm_lifecycle_event'] === 'podarium' && process.env['INIT_CWD']) || process.cwd();

process.exitCode = await podarium(process.argv.slice(2), {
  directory,
  version,
  readStdin: () => readFileSync(0, 'utf8'),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  settle: () => setImmediate(),
  untilStopped: () => new Promise((resolve) => { for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve()); }),
  descriptions: async () => (await import('virtual:kubernetes-descriptions')).default,
});
