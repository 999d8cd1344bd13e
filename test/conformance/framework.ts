import { createCluster, clusterAdmin, type Cluster } from '../../src/cluster';
import type { ClusterOptions } from '../../src/cluster';
import { StatusError } from '../../src/api/status';
import { Namespaces } from '../../src/kinds/core/namespace';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { RestClient } from './rest-client';

/** What a conformance test works with: a whole cluster, an administrator's client, and a namespace of its own. */
export type Framework = {
  readonly cluster: Cluster;
  readonly api: RestClient;
  readonly namespace: string;
  /** Lets virtual time pass until something is so; what it returned then. Throws when it takes longer than `limitMs`. */
  until<T>(what: string, done: () => T | undefined | false, limitMs?: number): T;
  /** Lets virtual time pass. */
  wait(durationMs: number): void;
  /** Makes sure that something stays so for a while. */
  stays(what: string, so: () => boolean, durationMs?: number): void;
};

const stepMs = 250;

/** A cluster that is up, with a fresh namespace whose default ServiceAccount is there. */
export function startConformance(namespace = 'e2e-tests', options: ClusterOptions = {}): Framework {
  const cluster = createCluster({ nodes: 2, ...options }).boot();
  const api = new RestClient(cluster.server, clusterAdmin);
  const wait = (durationMs: number): void => { cluster.clock.advanceBy(durationMs); };
  const until = <T>(what: string, done: () => T | undefined | false, limitMs = 300_000): T => {
    for (let waitedMs = 0; ; waitedMs += stepMs) {
      const result = done();
      if (result !== undefined && result !== false) return result;
      if (waitedMs >= limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
      wait(stepMs);
    }
  };
  const stays = (what: string, so: () => boolean, durationMs = 30_000): void => {
    for (let waitedMs = 0; waitedMs <= durationMs; waitedMs += stepMs) {
      if (!so()) throw new Error(`no longer so after ${waitedMs} ms: ${what}`);
      wait(stepMs);
    }
  };
  api.create(Namespaces, { metadata: { name: namespace }, spec: {} });
  until('the namespace has its service account', () => found(() => api.get(ServiceAccounts, { namespace, name: 'default' })));
  return { cluster, api, namespace, until, wait, stays };
}

/** What `read` gives, or undefined when it is not there. */
export function found<T>(read: () => T): T | undefined {
  try { return read(); } catch (error) {
    if (StatusError.is(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** The StatusError that `work` ends with. */
export function refusal(work: () => unknown): StatusError {
  try { work(); } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
