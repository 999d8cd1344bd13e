import { describe, expect, test } from 'vitest';
import { startWorld } from './world';

describe('a pod with one server', () => {
  test('is pulled, started and ready, and each step is told', () => {
    const world = startWorld();
    const watch = world.watch(({ status }) => [status?.phase, status?.containerStatuses?.[0]?.state?.waiting?.reason ?? 'running', status?.conditions?.find(({ type }) => type === 'Ready')?.status]);
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27' }] });
    world.seconds(10);
    expect(world.outcomes).toEqual([]);
    expect(watch.seen.slice(1)).toEqual([['Pending', 'ContainerCreating', 'False'], ['Running', 'running', 'True']]);
    expect(world.status()).toMatchObject({
      phase: 'Running', podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }], hostIP: '172.18.0.2', hostIPs: [{ ip: '172.18.0.2' }], qosClass: 'BestEffort', observedGeneration: 1,
      conditions: [
        { type: 'PodReadyToStartContainers', status: 'True' }, { type: 'Initialized', status: 'True' }, { type: 'Ready', status: 'True' },
        { type: 'ContainersReady', status: 'True' }, { type: 'PodScheduled', status: 'True' },
      ],
    });
    expect(world.container()).toMatchObject({
      image: 'docker.io/library/nginx:1.27', imageID: expect.stringMatching(/^docker.io\/library\/nginx@sha256:/), containerID: expect.stringMatching(/^containerd:\/\/[0-9a-f]{64}$/),
      ready: true, started: true, restartCount: 0, lastState: {},
    });
    expect(world.events()).toEqual([
      'Pulling: Pulling image "nginx:1.27"', expect.stringMatching(/^Pulled: Successfully pulled image "nginx:1.27" in [\d.]+m?s \([\d.]+m?s including waiting\)\. Image size: \d+ bytes\.$/),
      'Created: Container created', 'Started: Container started',
    ]);
  });
});
