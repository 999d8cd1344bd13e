import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createCluster, defects } from '../../src/cluster';
import { Cluster } from '../../src/cluster/cluster';
import { software } from '../../src/containers/programs/software';
import type { Software } from '../../src/containers/software';
import { Pods } from '../../src/kinds/core/pod';

const missing = (): never => { throw new Error('no programs yet'); };
const pod = (image: string, command: readonly string[]) =>
  ({ metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image, ...(command.length > 0 && { command }) }] } });

const caught: unknown[] = [];
const listening = defects.subscribe((error) => caught.push(error));
afterEach(() => { caught.length = 0; });
afterAll(() => listening.unsubscribe());

describe('what runs inside containers may arrive later', () => {
  test('a cluster comes up without it, in the same way', () => {
    expect(new Cluster(missing, { seed: 7 }).boot().log()).toBe(createCluster({ seed: 7 }).boot().log());
  });

  test('servers run without programs', () => {
    const cluster = new Cluster(() => ({ ...software, programsOf: missing, script: missing, inside: missing })).boot();
    cluster.client.create(Pods, pod('nginx:1.27', []));
    cluster.clock.advanceBy(30_000);
    expect(cluster.client.get(Pods, { namespace: 'default', name: 'p' }).status?.phase).toBe('Running');
  });

  test('a cluster that gets it after its start lives as one that had it all the time', () => {
    let arrived: Software | undefined;
    const late = new Cluster(() => arrived ?? missing()).boot();
    arrived = software;
    const whole = createCluster().boot();
    for (const { client, clock } of [late, whole]) {
      client.create(Pods, pod('busybox:1.36', ['sh', '-c', 'echo hello; sleep 5']));
      clock.advanceBy(30_000);
    }
    expect(late.log()).toBe(whole.log());
    expect(late.log()).toContain('CrashLoopBackOff');
  });

  test('without it a program is no failed container but a defect', () => {
    const cluster = new Cluster(missing).boot();
    cluster.client.create(Pods, pod('busybox:1.36', ['sleep', '5']));
    const run = () => { cluster.clock.advanceBy(30_000); for (const error of caught) throw error; };
    expect(run).toThrow('no programs yet');
  });
});
