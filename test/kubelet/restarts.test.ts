import { describe, expect, test } from 'vitest';
import { Nodes } from '../../src/kinds/core/node';
import { startWorld, type World } from './world';

const exits = (code: number, afterMs = 0) => ({ name: 'c', image: 'test/exit:1', args: [String(code), String(afterMs)] });
const stateOf = (world: World) => world.watch(({ status }) => {
  const { state, restartCount } = status?.containerStatuses?.[0] ?? {};
  return state && `${state.waiting?.reason ?? state.terminated?.reason ?? 'Running'} ${restartCount}`;
});

describe('a container that ends', () => {
  test('is started again at once, then after 10, 20, 40, 80, 160 and 300 seconds', () => {
    const world = startWorld();
    const watch = stateOf(world);
    world.create({ containers: [exits(1, 400)] });
    world.seconds(1_000);
    const starts = watch.seen.flatMap((seen, at) => (seen.startsWith('Running') ? [watch.times[at] ?? 0] : []));
    const waits = starts.slice(1).map((start, at) => Math.abs(Math.round(start - (starts[at] ?? 0) - 0.4)));
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(watch.seen.slice(0, 8)).toEqual([
      'ContainerCreating 0', 'Running 0', 'Error 0', 'Running 1', 'Error 1', 'CrashLoopBackOff 1', 'Running 2', 'Error 2',
    ]);
  });

  test('says how long it waits, and how it ended last', () => {
    const world = startWorld();
    world.create({ containers: [exits(3)] });
    world.seconds(60);
    const { uid } = world.pod().metadata;
    expect(world.container()).toMatchObject({
      state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off 40s restarting failed container=c pod=p_default(${uid})` } },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } }, restartCount: 3, ready: false, started: false,
    });
    expect(world.status().phase).toBe('Running');
    expect(world.status().conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [c]' });
    expect(world.events()).toContain(`BackOff: Back-off restarting failed container c in pod p_default(${uid})`);
  });

  test('has its back-off forgotten after ten good minutes', () => {
    const world = startWorld();
    const watch = stateOf(world);
    world.create({ containers: [exits(1, 601_000)] });
    world.seconds(2_000);
    expect(watch.seen.filter((seen) => seen.startsWith('CrashLoop'))).toEqual([]);
    expect(watch.seen).toContain('Running 3');
  });

  test.each([
    ['Never', 0, 'Succeeded', 'Completed', 0], ['Never', 2, 'Failed', 'Error', 0], ['OnFailure', 0, 'Succeeded', 'Completed', 0], ['OnFailure', 1, 'Running', 'CrashLoopBackOff', 3],
    ['Always', 0, 'Running', 'CrashLoopBackOff', 3],
  ])('with restartPolicy %s and exit code %i leaves its pod %s', (restartPolicy, code, phase, reason, restartCount) => {
    const world = startWorld();
    world.create({ restartPolicy, containers: [exits(code, 1_000)] });
    world.seconds(60);
    const { state } = world.container();
    expect([world.status().phase, state?.waiting?.reason ?? state?.terminated?.reason, world.container().restartCount]).toEqual([phase, reason, restartCount]);
    if (phase !== 'Running') {
      expect(world.status().conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' });
      expect(world.status().podIP).toBe('10.244.0.2');
    }
  });

  test('gives its address back when its pod is over', () => {
    const world = startWorld({ nodes: {} });
    world.kubelets.addNode('node-1');
    world.seconds(1);
    world.client.patch(Nodes, { name: 'node-1' }, { spec: { podCIDR: '10.244.9.0/28' } });
    for (let i = 0; i < 20; i++) {
      world.create({ restartPolicy: 'Never', containers: [exits(0)] }, `p${i}`);
      world.seconds(1);
    }
    world.seconds(5);
    expect(world.status('p0').podIP).toBe('10.244.9.2');
    expect(world.status('p12').podIP).toBe('10.244.9.14');
    expect(world.status('p19')).toMatchObject({ phase: 'Succeeded', podIP: '10.244.9.8' });
  });

  test('shows the log of the run before with --previous', () => {
    const world = startWorld();
    world.create({ containers: [exits(1, 5_000)] });
    world.seconds(2);
    expect(world.connect({})).toBe('run 0\n');
    expect(() => world.connect({ previous: true })).toThrow('previous terminated container "c" in pod "p" not found');
    world.seconds(6);
    expect(world.container().restartCount).toBe(1);
    expect(world.connect({})).toBe('run 1\n');
    expect(world.connect({ previous: true })).toBe('run 0\n');
    world.seconds(5);
    expect(world.container().state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(world.connect({})).toBe('run 1\n');
    expect(world.connect({ previous: true })).toBe('run 1\n');
  });
});

describe('an image', () => {
  test('that cannot be pulled is tried again after 10, 20, 40 … seconds', () => {
    const world = startWorld();
    const watch = stateOf(world);
    world.create({ containers: [{ name: 'c', image: 'does-not-exist:1' }] });
    world.seconds(100);
    expect(watch.seen.slice(0, 5)).toEqual(['ContainerCreating 0', 'ErrImagePull 0', 'ImagePullBackOff 0', 'ErrImagePull 0', 'ImagePullBackOff 0']);
    const failures = watch.seen.flatMap((seen, at) => (seen.startsWith('ErrImagePull') ? [watch.times[at] ?? 0] : []));
    expect(failures.slice(1).map((time, at) => Math.floor((time - (failures[at] ?? 0)) / 10) * 10)).toEqual([10, 20, 40]);
    expect(world.status().phase).toBe('Pending');
    expect(world.container().state?.waiting?.message)
      .toMatch(/^Back-off pulling image "does-not-exist:1": ErrImagePull: rpc error: code = Unknown desc = failed to pull and unpack image "docker.io\/library\/does-not-exist:1"/);
    expect(world.events()).toEqual(expect.arrayContaining([
      'Pulling: Pulling image "does-not-exist:1"', expect.stringMatching(/^Failed: Failed to pull image "does-not-exist:1": rpc error/), 'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "does-not-exist:1"', 'Failed: Error: ImagePullBackOff',
    ]));
    expect(() => world.connect({})).toThrow('container "c" in pod "p" is waiting to start: trying and failing to pull image');
  });

  test('is not pulled with policy Never, and once for all with IfNotPresent', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27', imagePullPolicy: 'Never' }] }, 'never');
    world.seconds(3);
    expect(world.container('c', 'never').state?.waiting).toEqual({ reason: 'ErrImageNeverPull', message: 'Container image "nginx:1.27" is not present with pull policy of Never' });
    world.create({ containers: [{ name: 'c', image: 'nginx:1.27' }] }, 'puller');
    world.seconds(15);
    world.create({ containers: [{ name: 'c', image: 'docker.io/library/nginx:1.27' }] }, 'second');
    world.seconds(2);
    expect(world.status('never').phase).toBe('Running');
    expect(world.events('second')).toContain('Pulled: Container image "docker.io/library/nginx:1.27" already present on machine and can be accessed by the pod');
  });

  test('with a name that cannot be read is refused', () => {
    const world = startWorld();
    world.create({ containers: [{ name: 'c', image: 'Not A Name' }] });
    world.seconds(3);
    expect(world.container().state?.waiting?.reason).toBe('InvalidImageName');
  });

  test('whose command is not there fails to start', () => {
    const world = startWorld();
    world.create({ restartPolicy: 'Never', containers: [{ name: 'c', image: 'test/exit:1', command: ['/nothing'] }] });
    world.seconds(5);
    expect(world.status().phase).toBe('Failed');
    expect(world.container().state?.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
  });
});
