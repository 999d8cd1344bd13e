// `npm run check`: types, Svelte components, lint, format. Each tool is called by its path: two packages bring a `tsc`.
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { formatProblems } from './format.mjs';
import { install, root, run } from './install.mjs';

// Copies before a loop that changes what it walks are on purpose: the lint rule against them cannot see that.
const steps = [
  ['Types', 'node_modules/@typescript/native/bin/tsc', ['--noEmit', '-p', '.']],
  ['Components', 'node_modules/svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--tsgo', '--fail-on-warnings', '--output', 'human-verbose']],
  ['Lint', 'node_modules/oxlint/bin/oxlint', ['--deny-warnings', '--allow', 'no-useless-spread', 'src', 'web', 'test', 'vite.config.ts']],
];

/** Ends the process at the first step that fails. */
export function check() {
  for (const [name, path, args] of steps) {
    console.error(`${name} ...`);
    run(process.execPath, [join(root, path), ...args]);
  }
  console.error('Format ...');
  const problems = formatProblems();
  if (problems.length === 0) return;
  console.error(problems.join('\n'));
  process.exit(1);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  install();
  check();
}
