import { expect, test } from 'vitest';
import { equalSteps } from './check';
import { recordedFiles } from './files';

const wanted = 0.98;

test('at least 98 % of all recorded steps are answered as a real API server answered them', () => {
  const rows = recordedFiles.map((file) => ({ file, ...equalSteps(file) }));
  const all = rows.reduce((sum, row) => sum + row.all, 0);
  expect(all).toBe(1235);
  const right = rows.reduce((sum, row) => sum + row.equal, 0);
  expect(right / all, rows.map(({ file, equal, all: of }) => `${file} ${equal}/${of}`).join(', ')).toBeGreaterThanOrEqual(wanted);
});
