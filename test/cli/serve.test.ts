import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { podarium } from '../../src/cli/command';

let directory = '';
beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'podarium-')); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** `podarium serve` in this process, until `use` has had its address. */
async function serve(words: readonly string[], use: (address: string) => Promise<void> = async () => {}): Promise<{ readonly out: string; readonly err: string; readonly code: number }> {
  let [out, err] = ['', ''];
  let listening: (address: string) => void;
  const address = new Promise<string>((resolve) => { listening = resolve; });
  const code = await podarium(['serve', '--port', '0', ...words], {
    directory, version: '1', readStdin: () => '', settle: () => Promise.resolve(), err: (text) => { err += text; },
    out: (text) => { out += text; listening(/http:\S+/.exec(out)?.[0] ?? ''); },
    untilStopped: async () => use(await address),
  });
  return { out, err, code };
}

test('serve prints one line, writes a kubeconfig, applies manifests first, lives at the present time, and ends with 0', async () => {
  writeFileSync(join(directory, 'first.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}\n');
  let object: { readonly metadata?: { readonly creationTimestamp: string } } = {};
  const { out, err, code } = await serve(['--nodes', '1', '--kubeconfig', 'kc', '--manifest', 'first.yaml'], async (address) => {
    object = await (await fetch(`${address}/api/v1/namespaces/default/configmaps/first`)).json() as typeof object;
  });
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^Kubernetes API listening on http:\/\/127\.0\.0\.1:\d+\n$/) });
  expect(err).toBe(`podarium: kubeconfig: ${join(directory, 'kc')} (context podarium)\n`);
  expect(Math.abs(Date.now() - Date.parse(object.metadata?.creationTimestamp ?? ''))).toBeLessThan(300_000);
  const config = readFileSync(join(directory, 'kc'), 'utf8');
  for (const part of [out.trim().split(' ').at(-1), 'insecure-skip-tls-verify: true', 'current-context: podarium', 'token: ']) expect(config).toContain(part);
});

test('serve says what listening to others means', async () => {
  const { err } = await serve(['--nodes', '0', '--host', '0.0.0.0']);
  expect(err).toMatch(/--host 0\.0\.0\.0: others on the network can reach this API, unencrypted/);
});

test.each([
  [['--port', 'x'], '--port wants a whole number from 0 to 65535, not "x"'],
  [['--speed', '0'], '--speed wants a number above 0, not "0"'],
  [['--authorization-mode', 'ABAC'], '--authorization-mode wants AlwaysAllow or RBAC, not "ABAC"'],
  [['--manifest', 'none.yaml'], 'cannot read none.yaml'],
  [['x'], 'serve takes options only, but was given "x"'],
])('serve %j is refused', async (words, message) => {
  const { code, err, out } = await serve(words);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('serve on a port that is taken says so', async () => {
  const { createServer } = await import('node:net');
  const other = createServer();
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve); });
  const address = other.address();
  const { code, err } = await serve(['--nodes', '0', '--port', String(typeof address === 'object' && address ? address.port : 0)]);
  other.close();
  expect(code).toBe(1);
  expect(err).toMatch(/^podarium: cannot listen on 127\.0\.0\.1:\d+: something else does\n$/);
});

test('the built program ends with 0 on SIGTERM and on SIGINT, closing watches', async () => {
  const program = join(import.meta.dirname, '../../src/tools/podarium.mjs');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const running = spawn(process.execPath, [program, 'serve', '--port', '0', '--nodes', '0', '--kubeconfig', join(directory, 'kc')], { stdio: ['ignore', 'pipe', 'ignore'] });
    const address = await new Promise<string>((resolve) => { running.stdout.once('data', (line: Buffer) => resolve(/http:\S+/.exec(line.toString())?.[0] ?? '')); });
    const watch = await fetch(`${address}/api/v1/namespaces?watch=true`);
    const ended = watch.text().catch(() => 'torn');
    running.kill(signal);
    expect(await new Promise((resolve) => { running.on('exit', resolve); })).toBe(0);
    await ended;
  }
}, 120_000);
