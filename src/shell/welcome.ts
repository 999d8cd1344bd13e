import { lastValueFrom, of, tap } from 'rxjs';
import { clusterAdmin, type Cluster } from '../cluster/cluster';
import { Deployments } from '../kinds/apps/deployment';
import { clientOf } from '../kubectl/client';
import { adminConfig, KubeConfig } from '../kubectl/config';
import { kubectl } from '../kubectl/run';

const stepMs = 250;
const patienceMs = 120_000;
const noFiles = { read: () => undefined, list: () => undefined };

/** Applies the manifests that a cluster begins with, as kubectl would, and lets time pass until their Deployments are available. */
export async function runFirst(cluster: Cluster, manifests: readonly string[]): Promise<void> {
  for (const manifest of manifests) await apply(cluster, manifest);
  const { clock, client } = cluster;
  const until = clock.now() + patienceMs;
  const isUp = () => client.list(Deployments).items.every(({ spec, status }) => (status?.availableReplicas ?? 0) >= (spec.replicas ?? 1));
  do clock.advanceBy(stepMs); while (clock.now() < until && !isUp());
}

async function apply({ server, clock }: Cluster, manifest: string): Promise<void> {
  let complaint = '';
  const host = { api: clientOf(server, clusterAdmin), clock, config: new KubeConfig(adminConfig('https://127.0.0.1:6443')), files: noFiles, stdin: of(manifest) };
  const frames = kubectl(['apply', '-f', '-'], host).pipe(tap((frame) => { if (frame.stream === 'stderr') complaint += frame.text; }));
  const last = await lastValueFrom(frames);
  if (last.stream === 'exit' && last.code !== 0) throw new Error(`the first manifest was refused: ${complaint}`);
}
