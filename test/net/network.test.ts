import fc from 'fast-check';
import { delay, EMPTY, NEVER, of, type Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../src/net/types';
import { client, echo, endpoint, get, laptop, rule, startFabric } from './fabric';

const both = [{ ip: '10.244.1.5', port: 8080, node: 'node-1' }, { ip: '10.244.2.5', port: 8080, node: 'node-2' }];
const text = (reply: string) => ({ reply: { kind: 'text', text: reply } });

describe('pod network', () => {
  test('reaches a pod on another node by its address', () => {
    const { network, answer } = startFabric();
    expect(answer(network.connect(client, '10.244.2.5', 8080, get))).toEqual(text('web-2 to 10.244.1.3'));
    const [exchange] = network.recent();
    expect(exchange?.hops.map(({ by, at }) => `${by} at ${at}`)).toEqual(['node at node-1', 'pod network at node-2']);
    expect(exchange?.hops[0]?.detail).toBe('10.244.2.0/24 is behind node-2');
  });

  test('takes fractions of a millisecond, more between nodes', () => {
    const { network, answer } = startFabric();
    answer(network.connect(client, '10.244.1.5', 8080, get));
    answer(network.connect(client, '10.244.2.5', 8080, get));
    const [near = 0, far = 0] = network.recent().map(({ startedAt, endedAt }) => endedAt - startedAt);
    expect(near).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(near);
    expect(far).toBeLessThan(1);
  });

  test.each([
    ['nothing listens on the port', '10.244.2.5', 81, 'connection refused', 0.6],
    ['no pod has the address any more', '10.244.2.77', 80, 'no route to host', 3_000.25],
    ['nobody knows the address', '192.0.2.1', 80, 'i/o timeout', 30_000],
    ['no service has the address', '10.96.0.99', 80, 'i/o timeout', 30_000],
  ])('%s: %s:%i', (_case, host, port, error, afterMs) => {
    const { network, answer } = startFabric();
    expect(answer(network.connect(client, host, port, get))).toEqual({ error });
    expect(network.recent()[0]?.endedAt).toBeCloseTo(afterMs);
  });

  test('gives up after the time the caller names', () => {
    const { network, answer } = startFabric();
    expect(answer(network.connect(client, '10.244.2.77', 80, get, { timeoutMs: 1_000 }))).toEqual({ error: 'i/o timeout' });
    expect(network.recent()[0]?.endedAt).toBe(1_000);
  });

  test('loses what crosses the edge of a partitioned node, and nothing inside it', () => {
    const { network, answer } = startFabric();
    network.partition('node-1', true);
    expect(answer(network.connect(client, '10.244.2.5', 8080, get))).toEqual({ error: 'i/o timeout' });
    expect(answer(network.connect(client, '10.244.1.5', 8080, get))).toEqual(text('web-1 to 10.244.1.3'));
    network.partition('node-1', false);
    expect(answer(network.connect(client, '10.244.2.5', 8080, get))).toEqual(text('web-2 to 10.244.1.3'));
  });

  test('a pod reaches itself on 127.0.0.1', () => {
    const { network, answer } = startFabric();
    const web = { ip: '10.244.1.5', node: 'node-1', pod: 'default/web-1', name: 'web-1' };
    expect(answer(network.connect(web, '127.0.0.1', 8080, get))).toEqual(text('web-1 to 10.244.1.5'));
    expect(answer(network.connect(client, '127.0.0.1', 8080, get))).toEqual({ error: 'connection refused' });
  });

  test('pod addresses mean nothing outside the cluster', () => {
    const { network, answer } = startFabric();
    expect(answer(network.connect(laptop, '10.244.1.5', 8080, get))).toEqual({ error: 'i/o timeout' });
    expect(answer(network.connect(laptop, '172.18.0.2', 10250, get))).toEqual(text('kubelet-2 to 203.0.113.7'));
  });
});

describe('a slow server', () => {
  const slow = (handler: () => Observable<{ kind: 'text'; text: string }>) => {
    const fabric = startFabric();
    fabric.network.attach(endpoint('10.244.2.6', 'node-2', 'default/slow', { 80: handler }));
    return fabric;
  };

  test('answers when it is ready', () => {
    const { network, clock, answer } = slow(() => of({ kind: 'text' as const, text: 'late' }).pipe(delay(2_000, clock)));
    expect(answer(network.connect(client, '10.244.2.6', 80, get))).toEqual(text('late'));
    expect(network.recent()[0]?.endedAt).toBeCloseTo(2_000.6);
  });

  test('is not waited for longer than the caller wants', () => {
    const { network, answer } = slow(() => NEVER);
    expect(answer(network.connect(client, '10.244.2.6', 80, get, { timeoutMs: 1_000 }))).toEqual({ error: 'i/o timeout' });
    expect(network.recent()[0]?.endedAt).toBe(1_000);
  });

  test('that hangs up without an answer resets the connection', () => {
    const { network, answer } = slow(() => EMPTY);
    expect(answer(network.connect(client, '10.244.2.6', 80, get))).toEqual({ error: 'connection reset by peer' });
  });

  test('that is gone before it answered resets the connection', () => {
    const { network, clock, answer } = slow(() => of({ kind: 'text' as const, text: 'late' }).pipe(delay(2_000, clock)));
    clock.schedule(() => network.detach('10.244.2.6'), 1_000);
    expect(answer(network.connect(client, '10.244.2.6', 80, get))).toEqual({ error: 'connection reset by peer' });
  });
});

describe('services', () => {
  test('a ClusterIP leads to a ready endpoint, and the record names chain and probability', () => {
    const { network, answer } = startFabric([rule({ endpoints: both })]);
    expect(answer(network.connect(client, '10.96.0.12', 80, get))).toEqual({ reply: { kind: 'text', text: expect.stringMatching(/^web-[12] to 10\.244\.1\.3$/) } });
    const hop = network.recent()[0]?.hops[0];
    expect(hop).toMatchObject({ by: 'kube-proxy', at: 'node-1', from: '10.96.0.12:80', rule: expect.stringMatching(/^KUBE-SVC-[A-Z2-7]{16}$/) });
    expect(hop?.detail).toMatch(/chose 10\.244\.[12]\.5:8080 with probability 0\.5, one of 2 endpoints$/);
  });

  test('spreads requests evenly', () => {
    const { network, clock } = startFabric([rule({ endpoints: both })]);
    for (let i = 0; i < 600; i++) network.connect(client, '10.96.0.12', 80, get).subscribe();
    clock.advanceBy(1_000);
    const first = network.recent().filter(({ hops }) => hops[0]?.to === '10.244.1.5:8080').length;
    expect(first).toBeGreaterThan(250);
    expect(first).toBeLessThan(350);
  });

  test('no endpoint at all is refused at once, on the ClusterIP and on the node port', () => {
    const { network, answer } = startFabric([rule({ nodePort: 30080 })]);
    expect(answer(network.connect(client, '10.96.0.12', 80, get))).toEqual({ error: 'connection refused' });
    expect(answer(network.connect(laptop, '172.18.0.1', 30080, get))).toEqual({ error: 'connection refused' });
    expect(network.recent()[0]?.hops[0]?.detail).toBe('REJECT: default/web:http has no endpoints');
  });

  test('a port the service does not have is met with silence', () => {
    const { network, answer } = startFabric([rule({ endpoints: both })]);
    expect(answer(network.connect(client, '10.96.0.12', 81, get))).toEqual({ error: 'i/o timeout' });
  });

  test('with internalTrafficPolicy Local only endpoints of the own node serve; without one the packet is dropped', () => {
    const local = [rule({ endpoints: both.slice(1), internalLocal: true })];
    const { network, answer } = startFabric(local);
    expect(answer(network.connect(client, '10.96.0.12', 80, get))).toEqual({ error: 'i/o timeout' });
    expect(network.recent()[0]?.hops[0]?.detail).toBe('DROP: default/web:http has no local endpoints');
    expect(answer(network.connect({ ip: '10.244.2.9', node: 'node-2', pod: 'default/c', name: 'c' }, '10.96.0.12', 80, get))).toEqual(text('web-2 to 10.244.2.9'));
  });

  test('a node port works on every node and hides the client; externalTrafficPolicy Local keeps the client and serves only where a pod is', () => {
    const cluster = startFabric([rule({ nodePort: 30080, endpoints: both.slice(1) })]);
    expect(cluster.answer(cluster.network.connect(laptop, '172.18.0.1', 30080, get))).toEqual(text('web-2 to 172.18.0.1'));
    const local = startFabric([rule({ nodePort: 30080, endpoints: both.slice(1), externalLocal: true })]);
    expect(local.answer(local.network.connect(laptop, '172.18.0.2', 30080, get))).toEqual(text('web-2 to 203.0.113.7'));
    expect(local.answer(local.network.connect(laptop, '172.18.0.1', 30080, get))).toEqual({ error: 'i/o timeout' });
    expect(local.answer(local.network.connect({ ip: '172.18.0.1', node: 'node-1', name: 'node-1' }, '127.0.0.1', 30080, get))).toEqual(text('web-2 to 172.18.0.1'));
  });

  test('a pod that reaches itself through its service sees its node as the client', () => {
    const { network, answer } = startFabric([rule({ endpoints: both.slice(0, 1) })]);
    expect(answer(network.connect({ ip: '10.244.1.5', node: 'node-1', pod: 'default/web-1', name: 'web-1' }, '10.96.0.12', 80, get))).toEqual(text('web-1 to 172.18.0.1'));
  });

  test('terminating endpoints that still serve stand in when no ready one is left', () => {
    const { network, answer } = startFabric([rule({ fallback: both.slice(1) })]);
    expect(answer(network.connect(client, '10.96.0.12', 80, get))).toEqual(text('web-2 to 10.244.1.3'));
  });

  test('session affinity keeps a client at its endpoint until it stays away too long or the endpoint leaves', () => {
    const { network, clock } = startFabric([rule({ endpoints: both, affinitySeconds: 10 })]);
    const visit = () => { network.connect(client, '10.96.0.12', 80, get).subscribe(); clock.advanceBy(1_000); return network.recent().at(-1)?.hops[0]; };
    const first = visit();
    for (let i = 0; i < 30; i++) expect(visit()).toMatchObject({ to: first?.to, detail: expect.stringContaining('session affinity of client 10.244.1.3') });
    clock.advanceBy(10_001);
    expect(visit()?.detail).toContain('chose');
    const other = both.filter(({ ip, port }) => `${ip}:${port}` !== first?.to);
    network.program('node-1', new Map([['default/web:http', rule({ endpoints: other, affinitySeconds: 10 })]]));
    expect(visit()?.to).toBe(`${other[0]?.ip}:8080`);
  });

  test('an endpoint that went away without a word, still in the rules: no route to host', () => {
    const { network, answer } = startFabric([rule({ endpoints: both.slice(1) })]);
    network.detach('10.244.2.5');
    expect(answer(network.connect(client, '10.96.0.12', 80, get))).toEqual({ error: 'no route to host' });
  });
});

describe('the record', () => {
  test('is bounded and streamed', () => {
    const { network, clock } = startFabric();
    const seen: Exchange[] = [];
    network.exchanges.subscribe((exchange) => seen.push(exchange));
    for (let i = 0; i < 1_200; i++) network.connect(client, '10.244.1.5', 8080, get).subscribe();
    clock.advanceBy(1);
    expect(seen).toHaveLength(1_200);
    expect(network.recent()).toEqual(seen.slice(200));
  });

  test('every request ends in exactly one answer, whatever happens to the network meanwhile', () => {
    const happening = fc.constantFrom('detach', 'cut', 'join', 'attach', 'program');
    const address = fc.constantFrom('10.96.0.12:80', '10.244.2.5:8080', '10.244.2.9:80', '172.18.0.2:30080');
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), happening)), address, (events, dialed) => {
      const { network, clock } = startFabric([rule({ endpoints: both, nodePort: 30080 })]);
      const [host = '', port] = dialed.split(':');
      const slow = () => of({ kind: 'text' as const, text: 'slow' }).pipe(delay(500, clock));
      const act = {
        detach: () => network.detach('10.244.2.5'),
        cut: () => network.partition('node-2', true),
        join: () => network.partition('node-2', false),
        attach: () => network.attach(endpoint('10.244.2.5', 'node-2', 'default/new', { 8080: slow })),
        program: () => network.program('node-1', new Map()),
      };
      for (const [at, event] of events) clock.schedule(act[event], at);
      const asked = Array.from({ length: 20 }, () => ({ answers: 0, completed: 0 }));
      asked.forEach((count, i) => clock.schedule(() => void network.connect(client, host, Number(port), get).subscribe({ next: () => count.answers++, complete: () => count.completed++ }), i * 150));
      clock.advanceBy(120_000);
      expect(asked).toEqual(asked.map(() => ({ answers: 1, completed: 1 })));
    }), { numRuns: 50 });
  });

  test('handlers see payload and caller', () => {
    const { network, answer } = startFabric();
    network.attach(endpoint('10.244.1.8', 'node-1', 'default/e', { 1: echo('e') }));
    expect(answer(network.connect(client, '10.244.1.8', 1, { kind: 'connect' }))).toEqual(text('e to 10.244.1.3'));
  });
});
