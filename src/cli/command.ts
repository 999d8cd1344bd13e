import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createCluster, defects } from '../cluster';
import { kubernetesVersion } from '../kubectl/version';
import type { Descriptions } from '../schema/explain';
import { consoleOf } from '../shell/cluster-console';
import type { Mount } from '../shell/mounted-files';
import { ArgumentError, parseArguments, usage, type Asked } from './arguments';
import { runScript, type Output } from './run-script';

/** What the command needs of the process it runs in. */
export type Host = Output & {
  readonly directory: string;
  readonly version: string;
  readStdin(): string;
  /** Kubernetes' texts for `kubectl explain`; without it there are none. */
  descriptions?(): Promise<Descriptions>;
  /** Comes back when somebody wants the program to end. */
  untilStopped(): Promise<void>;
};

const usedWrongly = 2;
/** About what a real kubectl takes. */
const commandMs = 100;
export const defectCode = 70;

/** The `podarium` command: takes the words after its name, gives its exit code. */
export async function podarium(words: readonly string[], host: Host): Promise<number> {
  try {
    const asked = parseArguments(words);
    if (asked.command === 'help') { host.out(usage); return 0; }
    if (asked.command === 'version') { host.out(`podarium ${host.version}, Kubernetes ${kubernetesVersion}\n`); return 0; }
    if (asked.command === 'serve') return await (await import('./serve')).serve(asked, host);
    return await run(asked, host);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    host.err(`podarium: ${error.message}\nTry 'podarium --help'.\n`);
    return usedWrongly;
  }
}

async function run({ script, nodes, seed }: Extract<Asked, { command: 'run' }>, host: Host): Promise<number> {
  const path = script === '-' ? undefined : resolve(host.directory, script);
  const text = path === undefined ? host.readStdin() : readScript(path);
  const directory = path === undefined ? host.directory : dirname(path);   // a script's manifests lie beside it
  let defect: { readonly error: unknown } | undefined;
  const watching = defects.subscribe((error) => { defect ??= { error }; });
  try {
    const cluster = createCluster({ nodes, seed }).boot();
    const session = consoleOf(cluster, { mount: onDisk(directory), commandMs, ...(host.descriptions && { descriptions: host.descriptions }) });
    const settle = async () => {
      await host.settle();
      if (defect) throw defect.error;
    };
    return await runScript(cluster, session, text, { ...host, settle });
  } catch (error) {
    if (!defect) throw error;
    host.err(`podarium: the cluster has stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return defectCode;
  } finally { watching.unsubscribe(); }
}

function readScript(path: string): string {
  try { return readFileSync(path, 'utf8'); } catch (error) {
    throw new ArgumentError(`cannot read ${path}: ${error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : error instanceof Error ? error.message : String(error)}`);
  }
}

/** The files beside the script, to read. Nothing is ever written there. */
export const onDisk = (directory: string): Mount => ({
  directory,
  read: (path) => (isFile(path) ? readFileSync(path, 'utf8') : undefined),
  list: (path) => (isDirectory(path) ? readdirSync(path).sort() : undefined),
});

const stat = (path: string) => statSync(path, { throwIfNoEntry: false });
const isFile = (path: string): boolean => stat(path)?.isFile() ?? false;
const isDirectory = (path: string): boolean => stat(path)?.isDirectory() ?? false;
