// The format that a machine can check: the rest of the style is for people. No printer is used: it would undo the dense one-line forms.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const formatted = /\.(ts|mjs|mts|svelte|css|html|md|sh|yaml)$/;
const generated = new Set(['src/schema/types.ts']);
const widest = 200;

const rules = [
  ['ends without a newline', (text) => text !== '' && !text.endsWith('\n')],
  ['ends in empty lines', (text) => text.endsWith('\n\n')],
  ['has carriage returns', (text) => text.includes('\r')],
];
const lineRules = [
  ['has a tab', (line) => line.includes('\t')],
  ['ends in spaces', (line) => /\s$/.test(line)],
  [`is wider than ${widest}`, (line) => line.length > widest],
];

/** What is wrong with the files git knows or would take, as `file:line says`. */
export function formatProblems() {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\n');
  const problems = [];
  for (const file of files.filter((name) => formatted.test(name) && !generated.has(name))) {
    let text;
    try { text = readFileSync(join(root, file), 'utf8'); } catch { continue; }   // removed and not yet committed
    for (const [what, is] of rules) if (is(text)) problems.push(`${file} ${what}`);
    text.split('\n').forEach((line, index) => { for (const [what, is] of lineRules) if (is(line)) problems.push(`${file}:${index + 1} ${what}`); });
  }
  return problems;
}
