import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { podarium } from '../../src/cli/command';
import { runScript } from '../../src/cli/run-script';
import { createCluster } from '../../src/cluster';
import { consoleOf } from '../../src/shell/cluster-console';

let directory = '';
beforeAll(() => { directory = mkdtempSync(join(tmpdir(), 'podarium-')); });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function run(words: readonly string[], stdin = ''): Promise<{ readonly out: string; readonly err: string; readonly code: number }> {
  let [out, err] = ['', ''];
  const code = await podarium(words, {
    directory, version: '1.2.3', readStdin: () => stdin, out: (text) => { out += text; }, err: (text) => { err += text; },
    settle: () => new Promise((resolve) => { setImmediate(resolve); }), untilStopped: () => Promise.resolve(),
  });
  return { out, err, code };
}

const script = `kubectl create deployment web --image=nginx --replicas=2
kubectl rollout status deployment/web
kubectl get pods
sleep 3600
kubectl get pods
`;

describe('podarium run', () => {
  test('prints what the console would print, in virtual time', async () => {
    const { out, err, code } = await run(['run', '-'], script);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/^deployment\.apps\/web created\n(Waiting for .*\n)+deployment "web" successfully rolled out\nNAME /);
    expect(out.match(/ {3}1\/1 {5}Running {3}0 {10}6\d?m?\n/g)).toHaveLength(2);
  });

  test('the same script and seed give the same output, another seed other names', async () => {
    const [first, second, other] = [await run(['run', '-'], script), await run(['run', '-'], script), await run(['run', '-', '--seed', '2'], script)];
    expect(second).toEqual(first);
    expect(other.out).not.toBe(first.out);
  });

  test('keeps the streams apart and ends with the code of the last command', async () => {
    expect(await run(['run', '-'], 'echo out; echo err >&2; kubectl get pod nope')).toEqual({
      out: 'out\n', err: 'err\nError from server (NotFound): pods "nope" not found\n', code: 1,
    });
    expect((await run(['run', '-'], 'false; true')).code).toBe(0);
    expect((await run(['run', '-'], 'set -e; false; echo not reached'))).toEqual({ out: '', err: '', code: 1 });
    expect((await run(['run', '-'], 'exit 7')).code).toBe(7);
  });

  test('finds the manifests beside the script, and writes nothing there', async () => {
    writeFileSync(join(directory, 'c.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n');
    writeFileSync(join(directory, 'try.sh'), 'kubectl apply -f c.yaml; kubectl get cm c -o yaml > copy.yaml; ls\n');
    expect(await run(['run', 'try.sh'])).toEqual({ out: 'configmap/c created\nc.yaml  copy.yaml  try.sh\n', err: '', code: 0 });
    expect((await run(['run', 'try.sh', '--nodes', '0'])).code).toBe(0);
  });

  test.each([
    'kubectl get cm -w', 'read x && kubectl wait --for=delete ns/default --timeout=-1s', 'while true; do sleep 1; done',
  ])('%s is ended after a while', async (text) => {
    const cluster = createCluster({ nodes: 0 }).boot();
    let err = '';
    const output = { out: () => {}, err: (piece: string) => { err += piece; }, settle: () => new Promise<void>((resolve) => { setImmediate(resolve); }) };
    expect(await runScript(cluster, consoleOf(cluster), `read x; ${text}`, output, 60_000)).toBe(text.startsWith('read') ? 1 : 124);
    if (!text.startsWith('read')) expect(err).toBe('podarium: the script waits for something that does not come\n');
  });

  test.each<[string[], string]>([
    [['observe'], 'podarium: unknown command "observe"\n'],
    [['run', 'nope.sh'], 'no such file\n'],
  ])('%j is used wrongly', async (words, message) => {
    const { out, err, code } = await run(words);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toContain(message);
  });

  test('help and version', async () => {
    expect(await run(['version'])).toEqual({ out: 'podarium 1.2.3, Kubernetes v1.36.2\n', err: '', code: 0 });
    expect((await run(['--help'])).out).toContain('Usage: podarium <command>');
  });
});
