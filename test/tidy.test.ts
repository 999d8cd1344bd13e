import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Who may import whom: a folder may import itself and what stands on a lower floor, and on its own floor only what is named here. */
const floors: Readonly<Record<string, number>> = {
  lib: 0, sim: 0, store: 1, schema: 1, api: 1, cel: 1, kinds: 2, net: 2, apiserver: 3, runtime: 3, containers: 3,
  controllers: 4, scheduler: 4, kubelet: 4, proxy: 4, 'cluster.ts': 5, cluster: 5, kubectl: 6, shell: 6, worker: 7, server: 7, cli: 7,
};
const sameFloor: Readonly<Record<string, readonly string[]>> = { api: ['schema'], cel: ['schema'], shell: ['kubectl'], sim: ['lib'], 'cluster.ts': ['cluster'], cli: ['server'] };
/** May wait for the far side of a port: everything else answers at once. */
const mayWait = new Set(['kubectl', 'shell', 'worker', 'server', 'cli']);
const mayWaitFiles = new Set(['src/api/remote-client.ts']);

const ambient = /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|crypto\.|setTimeout|setInterval|queueMicrotask|console\.|asyncScheduler|asapScheduler)/;
const promises = /\b(async|await|Promise|fromPromise|firstValueFrom|lastValueFrom)\b/;
const maxLines = 400;
const generated = new Set(['src/schema/types.ts']);

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).map((name) => join('src', name));
const floorOf = (path: string): string => path.split('/')[1] ?? '';
const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/.*/g, '').replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");

describe.each(files)('%s', (file) => {
  const floor = floorOf(file);
  const source = readFileSync(file, 'utf8');
  const code = withoutComments(source);

  test('imports only downwards', () => {
    const targets = [...source.matchAll(/from '(\.[^']+)'/g)].map((match) => floorOf(`${join(dirname(file), match[1] ?? '')}`).replace(/\?raw$/, ''));
    const height = floors[floor];
    expect(height, `${floor} has no floor`).toBeDefined();
    const upward = targets.filter((target) => target !== '' && target !== floor && !(sameFloor[floor] ?? []).includes(target) && (floors[target] ?? floors[`${target}.ts`] ?? 9) >= (height ?? 0));
    expect(upward).toEqual([]);
  });

  test('takes time and chance as arguments', () => { if ((floors[floor] ?? 0) < 7) expect(code).not.toMatch(ambient); });
  test('answers at once', () => { if (!mayWait.has(floor) && !mayWaitFiles.has(file)) expect(code).not.toMatch(promises); });
  test('is short enough to read', () => { if (!generated.has(file)) expect(source.split('\n').length).toBeLessThanOrEqual(maxLines); });
  test('has no default export, enum, any, or silenced compiler', () => {
    expect(code).not.toMatch(/\bexport default\b|^\s*(export )?(const )?enum\b|: any\b(?! \?)|\bas any\b|@ts-(ignore|expect-error|nocheck)/m);
  });
});

test('no folder or file is a drawer for odds and ends', () => {
  expect(files.filter((file) => /utils?|helpers?|misc/.test(file))).toEqual([]);
});
