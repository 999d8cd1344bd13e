// `npm run conformance [-- --json FILE]`: which behaviours of the Kubernetes conformance list have a test that passes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './find-chromium.mjs';
import { install, root } from './install.mjs';

const arguments_ = process.argv.slice(2);
if (arguments_.length > 0 && (arguments_.length !== 2 || arguments_[0] !== '--json')) {
  console.error('usage: npm run conformance [-- --json FILE]');
  process.exit(2);
}
install();
process.env['CHROME_PATH'] = ensureChromium();

const [, ...lines] = readFileSync(join(root, 'test/conformance/data/behaviours.tsv'), 'utf8').trim().split('\n');
const behaviours = lines.map((line) => line.split('\t')).map(([id, name, area]) => ({ id, name, area }));
const passed = passedIds();
const rows = behaviours.map(({ id, name, area }) => ({ area, id, name, passed: passed.has(id) }));

const areas = [...new Set(rows.map(({ area }) => area))];
for (const area of areas) print(area, rows.filter((row) => row.area === area));
print('total', rows);
const missing = rows.filter((row) => !row.passed);
if (missing.length > 0) console.log(`\nMissing:\n${missing.map(({ id, name }) => `  ${id}  ${name}`).join('\n')}`);
if (arguments_[1]) writeFileSync(arguments_[1], `${JSON.stringify(rows.map(({ area, id, passed: ok }) => ({ area, id, passed: ok })), null, 1)}\n`);

function print(title, of) { console.log(`${title.padEnd(20)} ${String(of.filter((row) => row.passed).length).padStart(3)} / ${of.length}`); }

/** A behaviour counts when it has a test and every test titled with its id passes. */
function passedIds() {
  const folder = mkdtempSync(join(tmpdir(), 'podarium-conformance-'));
  const report = join(folder, 'report.json');
  const words = ['run', 'test/conformance', '--reporter=json', `--outputFile=${report}`];
  spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...words], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  rmSync(folder, { recursive: true });
  const good = new Set();
  const bad = new Set();
  for (const { assertionResults } of testResults)
    for (const { title, status } of assertionResults) (status === 'passed' ? good : bad).add(title.split(' ', 1)[0]);
  return new Set([...good].filter((id) => !bad.has(id)));
}
