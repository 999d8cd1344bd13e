import { createCluster } from '../../../src/cluster';
import { row, seconds, type Measurement } from '../row';
import { deployment, readyReplicas, runUntil } from './workload';

const hourMs = 3_600_000;

/** 100 pods with a readiness and a liveness probe each, for one simulated hour. */
export const oneHourOfProbes: Measurement = {
  name: 'probes',
  async run() {
    const took = Math.min(await anHour(), await anHour(), await anHour());
    return [row('one simulated hour of 100 probed pods', took, 's', 1, 'less')];
  },
};

async function anHour(): Promise<number> {
  const cluster = createCluster({ nodes: 3 }).boot();
  const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 10 };
  cluster.client.create(...deployment('probed', 100, { readinessProbe: probe, livenessProbe: probe }));
  runUntil(cluster, () => readyReplicas(cluster, 'probed') === 100);
  const took = await seconds(() => cluster.clock.advanceBy(hourMs));
  if (readyReplicas(cluster, 'probed') !== 100) throw new Error('a probed pod was lost');
  return took;
}
