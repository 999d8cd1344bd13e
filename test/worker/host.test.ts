import { describe, expect, test } from 'vitest';
import { RemoteClient } from '../../src/api/remote-client';
import { controlPlaneName } from '../../src/cluster/machines';
import { ClusterHost } from '../../src/worker/host';
import type { FromHost } from '../../src/worker/protocol';

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
`;

/** A host whose real time is ours: what it puts off runs when `pass` lets it. */
function startHost(manifests: readonly string[] = [manifest]) {
  const said: FromHost[] = [];
  const later: { readonly at: number; readonly work: () => void }[] = [];
  let now = 0;
  const host = new ClusterHost({ now: () => now, later: (work, delayMs) => later.push({ at: now + delayMs, work }), post: (message) => said.push(message) });
  const { port1, port2 } = new MessageChannel();
  host.receive({ type: 'start', start: { seed: 1, nodes: 2, manifests, files: { 'note.txt': 'hello\n' } }, api: port2 });
  const settled = async () => { for (let i = 0; i < 50; i++) await new Promise((resolve) => { setImmediate(resolve); }); };
  const last = <T extends FromHost['type']>(type: T) => said.filter((message): message is Extract<FromHost, { type: T }> => message.type === type).at(-1);
  return {
    host, said, last, settled,
    door: new RemoteClient(port1),
    [Symbol.dispose]: () => { port1.close(); port2.close(); },
    started: async () => { while (!last('started') && !last('defect')) await settled(); },
    /** Real time goes on, in breaths of 8 ms. */
    pass: async (durationMs: number) => {
      for (const until = now + durationMs; now < until; now += 8) {
        const due = later.splice(0).filter((each) => { if (each.at <= now) return true; later.push(each); return false; });
        for (const { work } of due) work();
        await settled();
      }
    },
    output: (id: number) => said.flatMap((message) => (message.type === 'output' && message.id === id ? [message.text] : [])).join(''),
    done: (id: number) => said.flatMap((message) => (message.type === 'done' && message.id === id ? [message.code] : [])).at(-1),
  };
}

describe('the worker’s host', { timeout: 30_000 }, () => {
  test('starts a cluster in which the first manifest already runs, and lets time pass', async () => {
    using it = startHost();
    await it.started();
    expect(it.last('defect')).toBeUndefined();
    expect(it.last('clock')?.clock).toMatchObject({ running: true, speed: 1 });
    const before = it.last('clock')?.clock.now ?? 0;
    await it.pass(2_000);
    const passed = (it.last('clock')?.clock.now ?? 0) - before;
    expect(passed).toBeGreaterThan(1_700);
    expect(passed).toBeLessThanOrEqual(2_000);
    it.host.receive({ type: 'run', id: 1, line: 'kubectl get deployment web -o jsonpath={.status.availableReplicas}; cat note.txt' });
    await it.pass(50);
    expect([it.output(1), it.done(1)]).toEqual(['2hello\n', 0]);
  });

  test('paused, nothing moves but by steps, and each step is a change', async () => {
    using it = startHost();
    await it.started();
    it.host.receive({ type: 'pause' });
    const paused = it.last('clock')?.clock;
    await it.pass(1_000);
    expect(it.last('clock')?.clock.now).toBe(paused?.now);
    it.host.receive({ type: 'step' });
    expect(it.last('clock')?.clock.revision).toBeGreaterThan(paused?.revision ?? 0);
    expect(it.last('clock')?.clock.running).toBe(false);
  });

  test('what is asked while the programs are on their way waits for them', async () => {
    using it = startHost();
    it.host.receive({ type: 'pause' });
    it.host.receive({ type: 'run', id: 1, line: 'cat note.txt | tr a-z A-Z' });
    expect(it.last('started')).toBeUndefined();
    await it.started();
    await it.settled();
    expect(it.last('clock')?.clock.running).toBe(false);
    expect([it.output(1), it.done(1)]).toEqual(['HELLO\n', 0]);
  });

  test('so does a command in a container', async () => {
    using it = startHost();
    const errors: unknown[] = [];
    it.door.connect({ resource: 'pods', subresource: 'exec', namespace: 'kube-system', name: `etcd-${controlPlaneName}`, command: ['sh'] })
      .subscribe({ error: (error) => errors.push(error) });
    await it.started();
    expect(it.last('defect')).toBeUndefined();
    expect(errors).toMatchObject([{ message: expect.stringContaining('exec: "sh": executable file not found in $PATH') }]);
  });

  test('a faster clock passes more time, and running until idle ends by itself', async () => {
    using it = startHost();
    await it.started();
    it.host.receive({ type: 'speed', speed: 100 });
    const before = it.last('clock')?.clock.now ?? 0;
    await it.pass(1_000);
    expect((it.last('clock')?.clock.now ?? 0) - before).toBeGreaterThan(80_000);
    it.host.receive({ type: 'pause' });
    it.host.receive({ type: 'run', id: 1, line: 'kubectl scale deployment/web --replicas=5' });
    await it.settled();
    it.host.receive({ type: 'run-until-idle' });
    await it.pass(500);
    it.host.receive({ type: 'run', id: 2, line: 'kubectl get deployment web -o jsonpath={.status.readyReplicas}' });
    await it.settled();
    expect(it.output(2)).toBe('5');
  });

  test('Ctrl+C ends what follows for ever', async () => {
    using it = startHost();
    await it.started();
    it.host.receive({ type: 'run', id: 1, line: 'kubectl get pods -w' });
    await it.pass(100);
    expect(it.output(1)).toContain('web-');
    expect(it.done(1)).toBeUndefined();
    it.host.receive({ type: 'interrupt' });
    await it.pass(100);
    expect(it.done(1)).toBe(130);
  });

  test('a manifest that is refused is no secret', async () => {
    using it = startHost(['apiVersion: v1\nkind: Nonsense\nmetadata: {name: x}\n']);
    await it.started();
    expect(it.last('defect')?.message).toContain('the first manifest was refused');
  });

  test('a defect stops the cluster for good', async () => {
    using it = startHost();
    await it.started();
    it.host.defect(new Error('an invariant is broken'));
    expect(it.last('defect')?.message).toContain('an invariant is broken');
    const { length } = it.said;
    await it.pass(500);
    it.host.receive({ type: 'play' });
    await it.pass(500);
    expect(it.said).toHaveLength(length);
  });

  test('tells why a pod went where it went, and what a line prints beside the console', async () => {
    using it = startHost();
    await it.started();
    await it.pass(3_000);
    const { body } = await it.door.call({ verb: 'list', resource: 'pods', namespace: 'default' });
    const { items: [pod] } = body as { readonly items: readonly { readonly metadata: { readonly name: string } }[] };
    const name = pod?.metadata.name ?? '';
    it.host.receive({ type: 'decisions', pod: `default/${name}` });
    expect(it.last('decision')).toMatchObject({ pod: `default/${name}`, decision: { nodesInCluster: 3, nodesFeasible: 2 } });
    it.host.receive({ type: 'ask', id: 7, line: `kubectl describe pod ${name}` });
    await it.pass(200);
    expect(it.last('asked')).toMatchObject({ id: 7, text: expect.stringMatching(new RegExp(`^Name: +${name}`)) });
    expect(it.last('output')).toBeUndefined();
  });
});
