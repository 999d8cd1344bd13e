import { randomBytes } from 'node:crypto';
import { openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { User } from '../api/types';
import type { AuditEvent } from '../apiserver/audit/auditor';
import { metadataPolicy, parseAuditPolicy, type AuditPolicy } from '../apiserver/audit/policy';
import { clusterAdmin, createCluster, defects } from '../cluster';
import { enableParts } from '../cluster/optional/all';
import { parseYaml } from '../lib/yaml';
import { HttpHost } from '../server/host';
import { kubeconfigText } from '../server/kubeconfig';
import { runFirst } from '../shell/welcome';
import { Pacer } from '../sim/pacer';
import { ArgumentError, type ServeAsked } from './arguments';
import { defectCode, type Host } from './command';
import { parseTokenFile, TokenFileError } from './token-file';

/** The cluster comes up in its own time, and is served when it has caught up with the wall's: this long is enough. */
const headStartMs = 120_000;
const cannotListen = 1;

/** `podarium serve`: a cluster behind HTTP, until somebody wants it to end. Gives the exit code. */
export async function serve(asked: ServeAsked, host: Host): Promise<number> {
  const manifests = asked.manifests.map((file) => read(resolve(host.directory, file), file));
  const audit = auditOf(asked, host);
  const token = randomBytes(16).toString('hex');
  const defect = new Promise<unknown>((tell) => { defects.subscribe(tell); });
  const cluster = createCluster({
    seed: asked.seed, nodes: asked.nodes, startedAt: Date.now() - headStartMs, tokens: { ...tokensOf(asked, host), [token]: clusterAdmin },
    authorizationMode: asked.authorizationMode, runtimeConfig: asked.runtimeConfig,
  }).boot();
  try { enableParts(cluster, asked.enable); } catch (error) { throw new ArgumentError(error instanceof Error ? error.message : String(error)); }
  if (audit) cluster.server.audit(audit.policy).subscribe(audit.write);
  if (host.descriptions) cluster.server.describeWith(await host.descriptions());
  try { await runFirst(cluster, manifests); } catch (error) { throw new ArgumentError(error instanceof Error ? error.message : String(error)); }
  cluster.clock.advanceTo(Date.now());

  const server = new HttpHost({ served: cluster.server, localToken: token, defect: (error) => host.err(`podarium: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`) });
  const pacer = new Pacer(cluster.clock, { now: () => performance.now(), later: (work, delayMs) => void (delayMs > 0 ? setTimeout(work, delayMs) : setImmediate(work)) }, asked.speed);
  try {
    const port = await server.listen(asked.port, asked.host);
    const address = `http://${reachable(asked.host)}:${port}`;
    const kubeconfig = resolve(host.directory, asked.kubeconfig);
    write(kubeconfig, kubeconfigText(address, token));
    pacer.play();
    host.err(notes(asked, kubeconfig));
    host.out(`Kubernetes API listening on ${address}\n`);
    const error = await Promise.race([host.untilStopped(), defect]);
    if (error === undefined) return 0;
    host.err(`podarium: the cluster has stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return defectCode;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    host.err(`podarium: cannot listen on ${asked.host}:${asked.port}: ${error.code === 'EADDRINUSE' ? 'something else does' : error.message}\n`);
    return cannotListen;
  } finally {
    pacer.pause();
    await server.close();
  }
}

/** Throws ArgumentError for a file that cannot be read. */
function tokensOf({ tokenAuthFile }: ServeAsked, { directory }: Host): Readonly<Record<string, User>> {
  if (tokenAuthFile === undefined) return {};
  try { return parseTokenFile(read(resolve(directory, tokenAuthFile), tokenAuthFile)); } catch (error) {
    if (error instanceof TokenFileError) throw new ArgumentError(`${tokenAuthFile}: ${error.message}`);
    throw error;
  }
}

type Audit = { readonly policy: AuditPolicy; write(event: AuditEvent): void };

/** Where audit events go, and which. Throws ArgumentError for files that cannot be read or written. */
function auditOf({ auditLog, auditPolicy }: ServeAsked, { directory, out }: Host): Audit | undefined {
  if (auditLog === undefined) return undefined;
  let policy = metadataPolicy;
  if (auditPolicy !== undefined) {
    const { value, error } = parseYaml(read(resolve(directory, auditPolicy), auditPolicy));
    try { if (error !== undefined) throw new Error(error); policy = parseAuditPolicy(value); } catch (problem) {
      throw new ArgumentError(`${auditPolicy}: ${problem instanceof Error ? problem.message : String(problem)}`);
    }
  }
  if (auditLog === '-') return { policy, write: (event) => out(`${JSON.stringify(event)}\n`) };
  try {
    const file = openSync(resolve(directory, auditLog), 'a', 0o600);
    return { policy, write: (event) => { writeSync(file, `${JSON.stringify(event)}\n`); } };
  } catch (error) { throw new ArgumentError(`cannot write ${auditLog}: ${error instanceof Error ? error.message : String(error)}`); }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'syscall' in error;
const isEverywhere = (address: string): boolean => address === '0.0.0.0' || address === '::';
const reachable = (address: string): string => (isEverywhere(address) ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address);

function notes({ host, authorizationMode }: ServeAsked, kubeconfig: string): string {
  const use = `podarium: kubeconfig: ${kubeconfig} (context podarium)\n`;
  if (host === '127.0.0.1' || host === 'localhost' || host === '::1') return use;
  const who = authorizationMode === 'RBAC' ? 'what they may do without a token is for RBAC to say; who asks from this machine is the administrator'
    : 'with --authorization-mode AlwaysAllow they may do everything, token or not';
  return `${use}podarium: --host ${host}: others on the network can reach this API, unencrypted; ${who}\n`;
}

function read(path: string, file: string): string {
  try { return readFileSync(path, 'utf8'); } catch (error) { throw new ArgumentError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`); }
}

function write(path: string, text: string): void {
  try { writeFileSync(path, text, { mode: 0o600 }); } catch (error) {
    throw new ArgumentError(`cannot write the kubeconfig ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
