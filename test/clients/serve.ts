import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { binary, type Release } from './binaries';

/** What a command did. */
export type Outcome = { readonly code: number; readonly out: string; readonly err: string };
export type RunOptions = { readonly input?: string; readonly env?: Readonly<Record<string, string>>; readonly directory?: string; readonly limitMs?: number };

/** A `podarium serve` that runs. */
export type Served = {
  readonly url: string;
  readonly kubeconfig: string;
  /** A folder that is gone when the server has stopped. */
  readonly folder: string;
  /** What it printed to stdout. */
  printed(): string;
  /** Ends it as Ctrl+C does, and gives its exit code. */
  stop(): Promise<number>;
};

const ready = /^Kubernetes API listening on (http:\/\/127\.0\.0\.1:\d+)$/m;

/** Starts `podarium serve` on a free port, as a user would, and waits until it says that it listens. */
export function startServe(words: readonly string[] = []): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'podarium-clients-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const child = spawn(process.execPath, [resolve('src/tools/podarium.mjs'), 'serve', '--port', '0', '--kubeconfig', kubeconfig, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  const ended = new Promise<number>((finish) => child.on('close', (code) => { rmSync(folder, { recursive: true, force: true }); finish(code ?? -1); }));
  const stop = () => { child.kill('SIGINT'); return ended; };
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
  return new Promise((started, failed) => {
    void ended.then((code) => failed(new Error(`podarium serve ended with ${code}: ${err}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const url = ready.exec(out)?.[1];
      if (url) started({ url, kubeconfig, folder, printed: () => out, stop });
    });
  });
}

/** Runs a program to its end. */
export function run(program: string, words: readonly string[], { input = '', env = {}, directory, limitMs = 120_000 }: RunOptions = {}): Promise<Outcome> {
  return new Promise((finish) => {
    const child = spawn(program, words, { env: { ...process.env, ...env }, timeout: limitMs, ...(directory !== undefined && { cwd: directory }) });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text; });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
    child.on('close', (code) => finish({ code: code ?? -1, out, err }));
    child.stdin.on('error', () => {});   // a program that does not read its input may be gone before it is written
    child.stdin.end(input);
  });
}

/** Starts a program that goes on, and gives what it printed up to the first match; `stop` ends it. */
export function begin(program: string, words: readonly string[], until: RegExp): Promise<{ readonly match: RegExpExecArray; stop(): void }> {
  return new Promise((begun, failed) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text; });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const match = until.exec(out);
      if (match) begun({ match, stop: () => { child.kill(); } });
    });
    child.on('close', (code) => failed(new Error(`${program} ended with ${code}: ${err}`)));
  });
}

/** A stock kubectl that talks to the server; its discovery cache is its own. */
export const kubectlOf = (release: Release, { kubeconfig, folder }: Served) => (words: readonly string[], options: RunOptions = {}): Promise<Outcome> =>
  run(binary(release, 'kubectl'), ['--kubeconfig', kubeconfig, '--cache-dir', join(folder, `cache-${release}`), ...words], options);

/** A stock helm that talks to the server and keeps its files away from the user's. */
export const helmOf = (release: Release, { kubeconfig, folder }: Served) => (words: readonly string[], options: RunOptions = {}): Promise<Outcome> =>
  run(binary(release, 'helm'), ['--kubeconfig', kubeconfig, ...words], {
    ...options,
    env: { HELM_CACHE_HOME: join(folder, 'helm-cache'), HELM_CONFIG_HOME: join(folder, 'helm-config'), HELM_DATA_HOME: join(folder, 'helm-data'), ...options.env },
  });
