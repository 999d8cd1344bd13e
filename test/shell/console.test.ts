import { describe, expect, test } from 'vitest';
import { createCluster, type Cluster } from '../../src/cluster';
import { consoleOf } from '../../src/shell/cluster-console';
import type { Console } from '../../src/shell/console';

const noop = (): void => {};
const settle = () => new Promise<void>((resolve) => { setImmediate(resolve); });

/** A console on a booted cluster whose clock steps while a line runs. */
class Desk {
  readonly cluster: Cluster = createCluster({ nodes: 2, seed: 7 }).boot();
  readonly session: Console;
  constructor(options: Parameters<typeof consoleOf>[1] = {}) { this.session = consoleOf(this.cluster, options); }

  async type(
    line: string, { stepping = true, whileRunning = noop }: { readonly stepping?: boolean; readonly whileRunning?: (out: string) => void } = {},
  ): Promise<{ readonly out: string; readonly err: string; readonly code: number | undefined }> {
    let [out, err] = ['', ''];
    let code: number | undefined;
    let over = false;
    this.session.run(line).subscribe({
      next: (frame) => { if (frame.stream === 'exit') code = frame.code; else if (frame.stream === 'stdout') out += frame.text; else err += frame.text; },
      complete: () => { over = true; },
    });
    for (let turn = 0; !over && turn < 20_000; turn++) {
      await settle();
      whileRunning(out);
      if (!over && stepping) this.cluster.clock.step();
      if (!stepping && turn > 50) break;
    }
    return { out, err, code };
  }
}

const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n';

describe('the console', () => {
  test('kubectl reads files of the home directory, stdin and here-documents, and writes into pipes', async () => {
    const desk = new Desk({ files: { 'examples/c.yaml': manifest } });
    expect((await desk.type('kubectl apply -f examples/c.yaml')).out).toBe('configmap/c created\n');
    expect((await desk.type('cd examples; cat c.yaml | k apply -f -')).out).toBe('configmap/c unchanged\n');
    expect((await desk.type("kubectl apply -f - <<E\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\nE")).out).toBe('configmap/d created\n');
    expect((await desk.type('kubectl get cm -o name | grep -c /')).out).toBe('3\n');
    expect((await desk.type('for n in c d; do kubectl delete cm $n; done')).out).toBe('configmap "c" deleted from default namespace\nconfigmap "d" deleted from default namespace\n');
  });

  test('answers while time stands still', async () => {
    const desk = new Desk();
    expect((await desk.type('kubectl get nodes -o name', { stepping: false })).out).toBe('node/control-plane\nnode/node-1\nnode/node-2\n');
  });

  test('reaches pods, services and node ports from the control-plane node', async () => {
    const desk = new Desk();
    await desk.type('kubectl create deployment web --image=nginx && kubectl rollout status deploy/web && kubectl expose deploy web --port=80 --type=NodePort && sleep 3');
    const title = '<title>Welcome to nginx!</title>\n';
    expect((await desk.type("curl -s $(kubectl get svc web -o jsonpath='{.spec.clusterIP}') | grep title")).out).toBe(title);
    expect((await desk.type("curl -s node-1:$(kubectl get svc web -o jsonpath='{.spec.ports[0].nodePort}') | grep title")).out).toBe(title);
    expect((await desk.type("wget -qO- $(kubectl get pods -o jsonpath='{.items[0].status.podIP}') | grep title")).out).toBe(title);
    expect((await desk.type('nslookup web.default.svc.cluster.local')).out).toContain('Name:\tweb.default.svc.cluster.local\n');
  });

  test('Ctrl+C ends what runs, and keeps what was printed', async () => {
    const desk = new Desk();
    await desk.type('kubectl create deployment web --image=nginx');
    const watched = await desk.type('kubectl get deploy -w', { whileRunning: (out) => { if (out.includes('1/1')) desk.session.interrupt(); } });
    expect(watched.out).toMatch(/^NAME {3}READY/);
    expect(watched.code).toBe(130);
    expect(desk.session.running).toBe(false);
    expect((await desk.type('echo next')).out).toBe('next\n');
  });

  test('follows a log, runs in containers, and cleans up after a trial', async () => {
    const desk = new Desk();
    await desk.type("kubectl run talker --image=busybox --restart=Never -- sh -c 'for i in 1 2 3; do echo line $i; sleep 2; done'");
    await desk.type('kubectl wait --for=condition=Ready pod/talker');
    expect((await desk.type('kubectl logs -f talker')).out).toBe('line 1\nline 2\nline 3\n');
    expect((await desk.type('kubectl run t --rm -it --image=busybox --restart=Never -- echo hello')).out).toBe('hello\npod "t" deleted from default namespace\n');
    expect((await desk.type('kubectl run silent --rm -i --image=busybox --restart=Never -- true')).out).toBe('pod "silent" deleted from default namespace\n');
    expect((await desk.type('kubectl get pods -o name')).out).toBe('pod/talker\n');
    await desk.type('kubectl run box --image=busybox -- sleep 1000; kubectl wait --for=condition=Ready pod/box');
    expect(await desk.type("kubectl exec box -- sh -c 'echo in; echo err >&2; exit 3'")).toEqual({
      out: 'in\n', err: 'err\ncommand terminated with exit code 3\n', code: 3,
    });
    expect((await desk.type('echo typed | kubectl exec -i box -- cat')).out).toBe('typed\n');
  });

  test('watch shows a command again and again', async () => {
    const desk = new Desk();
    const { out, code } = await desk.type('watch -n 5 echo hi', { whileRunning: (text) => { if (text.split('hi\n').length > 3) desk.session.interrupt(); } });
    expect(out.split('Every 5.0s: echo hi').length).toBeGreaterThan(3);
    expect(code).toBe(130);
  });

  test('podarium crashes nodes, and says what it cannot do', async () => {
    const desk = new Desk({ controls: { speed: (factor) => `speed x${factor}` } });
    expect(await desk.type('podarium node crash node-1')).toEqual({ out: 'node node-1 has crashed\n', err: '', code: 0 });
    expect(await desk.type('podarium node crash nowhere')).toEqual({ out: '', err: 'podarium: there is no node "nowhere"\n', code: 1 });
    expect(await desk.type('podarium kill kube-system/kube-scheduler-control-plane'))
      .toMatchObject({ out: 'container kube-scheduler of kube-system/kube-scheduler-control-plane was killed\n', code: 0 });
    expect(await desk.type('podarium kill nobody')).toEqual({ out: '', err: 'podarium: pods "nobody" not found\n', code: 1 });
    await desk.type('kubectl wait --for=condition=Ready=Unknown node/node-1 --timeout=120s');
    expect((await desk.type('kubectl get node node-1 --no-headers')).out).toMatch(/^node-1 {3}NotReady/);
    expect((await desk.type('podarium speed 10')).out).toBe('speed x10\n');
    expect(await desk.type('podarium speed fast')).toEqual({ out: '', err: 'podarium: speed wants a number from 0.25 to 1000, not "fast"\n', code: 1 });
    expect(await desk.type('podarium pause')).toEqual({ out: '', err: 'podarium: pause is not possible here\n', code: 1 });
  });

  test('remembers lines, and what was said', async () => {
    const desk = new Desk();
    const { session } = desk;
    for (const line of ['echo one', 'echo one', '  ', 'nope']) await desk.type(line);
    expect(session.history.lines).toEqual(['echo one', 'nope']);
    expect((await desk.type('history')).out).toBe('    1  echo one\n    2  nope\n    3  history\n');
    expect(session.history.previous(undefined, 'echo')).toBe(0);
    expect(session.transcript.toString()).toContain('~ $ echo one\none\n~ $ echo one\none\n');
    expect(session.transcript.spoken.at(-2)).toMatchObject({ line: 'nope', code: 127, text: 'bash: nope: command not found\n' });
  });

  test('a line may need more lines', () => {
    const { session } = new Desk();
    expect(session.isComplete('for i in 1 2; do')).toBe(false);
    expect(session.isComplete('echo hi')).toBe(true);
  });
});

describe('Tab', () => {
  const desk = new Desk({ files: { 'examples/web.yaml': manifest, 'notes.txt': '' } });
  test.each<[string, number, readonly string[]]>([
    ['kubect', 0, ['kubectl']],
    ['kubectl get no', 12, ['nodes', 'nodes.metrics.k8s.io']],   // as the real one lists resources by their full names
    ['kubectl get nodes node-', 18, ['node-1', 'node-2']],
    ['k describe node control', 16, ['control-plane']],
    ['kubectl apply -f ex', 17, ['examples/']],
    ['kubectl apply -f examples/w', 17, ['examples/web.yaml']],
    ['cat no', 4, ['notes.txt']],
    ['kubectl get pods | gre', 19, ['grep']],
    ['podarium node cr', 14, ['crash']],
    ['podarium node crash node-1', 20, ['node-1']],
  ])('%s', async (line, from, matches) => expect(await desk.session.complete(line, line.length)).toEqual({ from, matches }));
});

describe('podarium node and podarium enable', () => {
  test('do to machines what kubectl cannot, and say so', async () => {
    const desk = new Desk();
    expect((await desk.type('podarium node partition node-1')).out).toBe('node node-1 is cut off\n');
    expect(desk.cluster.machines.state('node-1')).toMatchObject({ network: 'Cut' });
    expect((await desk.type('podarium node heal node-1')).out).toBe('node node-1 is joined again\n');
    expect((await desk.type('podarium node slow node-2 3s')).out).toBe('node node-2 hears everything 3s late\n');
    expect(await desk.type('podarium node partition control-plane')).toMatchObject({ code: 1, err: expect.stringContaining('the API server runs on control-plane') });
    expect(await desk.type('podarium node crash nobody')).toMatchObject({ code: 1, err: 'podarium: there is no node "nobody"\n' });
    expect((await desk.type('podarium node drain node-1')).out).toMatch(/^node\/node-1 cordoned\n(evicting pod .*\n)*node\/node-1 drained\n$/);
    expect((await desk.type('podarium upgrade node-1 --to v1.36.3')).out).toContain('node/node-1 uncordoned\n');
    expect((await desk.type('podarium enable node-pools; sleep 5; kubectl get machines -o name')).out).toBe(
      'node-pools is enabled\nmachine.podarium.dev/node-1\nmachine.podarium.dev/node-2\n',
    );
    expect((await desk.type('podarium node remove node-2; sleep 2; kubectl get nodes -o name')).out).toBe('node node-2 is gone\nnode/control-plane\nnode/node-1\n');
    expect((await desk.session.complete('podarium node ', 14)).matches).toContain('partition');
  });
});
