import { Subject, of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { ContainerConfig, ExecFrame, ExecOptions, Mount, RunningContainer } from '../../src/containers/types';
import { StartError } from '../../src/containers/types';
import { ask, get, text, world } from './world';

const busybox = (script: string, more: Partial<ContainerConfig> = {}): Partial<ContainerConfig> => ({ image: 'busybox:1.36', command: ['sh', '-c', script], ...more });

/** Runs a command inside and plays the clock for it. */
const exec = ({ clock }: ReturnType<typeof world>, container: RunningContainer, command: readonly string[], options?: ExecOptions) => {
  const result = { stdout: '', stderr: '', code: undefined as number | undefined, error: undefined as unknown };
  container.exec(command, options).subscribe({
    next: (frame: ExecFrame) => {
      if (frame.stream === 'exit') result.code = frame.code;
      else result[frame.stream] += frame.text;
    },
    error: (error: unknown) => { result.error = error; },
  });
  for (let steps = 0; steps < 1_000 && result.code === undefined && result.error === undefined && clock.nextDueAt !== undefined; steps++) clock.step();
  return result;
};

const tree = (files: Record<string, string>): Mount['files'] => ({
  read: (path) => files[path],
  write: (path, content) => { files[path] = content; },
  remove: (path) => { const known = path in files; delete files[path]; return known; },
  list: (path) => {
    const prefix = path === '' ? '' : `${path}/`;
    return [
      ...new Set(
        Object.keys(files)
          .filter((name) => name.startsWith(prefix))
          .map((name) => name.slice(prefix.length))
          .map((name) => (name.includes('/') ? `${name.split('/')[0] ?? ''}/` : name)),
      ),
    ];
  },
});

describe('a program as PID 1', () => {
  test('its output is the log, with the time of each line; its end is the container\'s', () => {
    const { run, clock } = world();
    const container = run(busybox('echo one; sleep 5; echo two >&2; printf three; exit 4'));
    clock.advanceBy(10_000);
    expect(container.logs.lines.map(({ at, stream, text: line }) => [at - container.startedAt, stream, line])).toEqual([
      [0, 'stdout', 'one'],
      [5_000, 'stderr', 'two'],
      [5_000, 'stdout', 'three'],
    ]);
    expect(container.exit).toEqual({ code: 4, reason: 'Error', at: container.startedAt + 5_000 });
  });

  test.each([
    ['sleep ignores SIGTERM, as PID 1 does what it has not asked for', 'sleep', ['sleep', '3600'], 15, undefined],
    ['so does a shell', 'sh', ['sh', '-c', 'while true; do sleep 1; done'], 15, undefined],
    ['a trap runs when the foreground command is over', 'trap', ['sh', '-c', 'trap "exit 3" TERM; sleep 5; sleep 100'], 15, 5_000],
    ['a trap ends `wait` at once', 'wait', ['sh', '-c', 'trap "exit 3" TERM; sleep 100 & wait'], 15, 0],
    ['SIGKILL is felt', 'kill', ['sleep', '3600'], 9, 0],
  ])('%s', (_, _name, command, signal, endsAfterMs) => {
    const { run, clock } = world();
    const container = run({ image: 'busybox', command });
    clock.advanceBy(0);
    const sentAt = clock.now();
    container.signal(signal);
    clock.advanceBy(60_000);
    expect(container.exit && { after: container.exit.at - sentAt, code: container.exit.code }).toEqual(
      endsAfterMs === undefined ? undefined : { after: endsAfterMs, code: signal === 9 ? 137 : 3 },
    );
    container.signal(9);
    expect(container.exit).toBeDefined();
  });

  test('an interactive shell without input ends at once: busybox with no command completes', () => {
    const { run, clock } = world();
    const container = run({ image: 'busybox' });
    clock.advanceBy(1);
    expect(container.exit).toMatchObject({ code: 0, reason: 'Completed' });
  });

  test('a loop without end costs time and can be killed', () => {
    const { run, clock } = world();
    const container = run(busybox('i=0; while true; do i=$((i+1)); done'));
    clock.advanceBy(1_000);
    expect(clock.steps).toBeLessThan(1_000);
    container.signal(9);
    expect(container.exit?.code).toBe(137);
    expect(clock.nextDueAt).toBeUndefined();
  });

  test('a command that is not there cannot start; one the shell does not find gives 127', () => {
    const { run, clock } = world();
    expect(() => run({ image: 'busybox', command: ['nope'] })).toThrow(StartError);
    const container = run(busybox('nope'));
    clock.advanceBy(1);
    expect(text(container)).toEqual(['sh: nope: not found']);
    expect(container.exit).toMatchObject({ code: 127, reason: 'Error' });
  });

  test('a script from a ConfigMap runs', () => {
    const { run, clock } = world();
    const mounts: Mount[] = [{ path: '/scripts', readOnly: true, files: tree({ 'run.sh': '#!/bin/sh\necho "$0 with $1"\n' }) }];
    const container = run({ image: 'busybox', command: ['sh', '/scripts/run.sh', 'care'], mounts });
    clock.advanceBy(1);
    expect(text(container)).toEqual(['/scripts/run.sh with care']);
  });

  test('nothing is measured inside that is not there', () => {
    const { run, clock } = world();
    const curious = run(busybox('free; df; nproc; cat /proc/loadavg'));
    clock.advanceBy(100);
    expect(text(curious)).toEqual(['sh: free: not found', 'sh: df: not found', 'sh: nproc: not found', "cat: can't open '/proc/loadavg': No such file or directory"]);
  });

  test('one that takes more memory than its limit is killed by the kernel', () => {
    const { run, clock } = world();
    const container = run({ image: 'polinux/stress', command: ['stress'], args: ['--vm', '1', '--vm-bytes', '250M', '--vm-hang', '1'], memoryLimitBytes: 100 * 1024 * 1024 });
    clock.advanceBy(5_000);
    expect(container.exit).toMatchObject({ code: 137, reason: 'OOMKilled' });
  });

  test('a server started by a shell listens, logs, and can be stopped', () => {
    const { run, clock } = world();
    const container = run({
      image: 'nginx',
      command: ['sh', '-c', 'echo "<h1>$GREETING</h1>" > /usr/share/nginx/html/index.html; exec nginx -g "daemon off;"'],
      env: { GREETING: 'hello' },
    });
    clock.advanceBy(1);
    expect(get(container, 80, '/')?.body).toBe('<h1>hello</h1>\n');
    expect(text(container).at(-1)).toContain('"GET / HTTP/1.1" 200');
    container.signal(15);
    expect(container.exit).toMatchObject({ code: 0 });
    expect(container.accept(80, 'TCP')).toBeUndefined();
  });
});

describe('exec', () => {
  test('shares files with the main program, has its own output and status', () => {
    const here = world();
    const container = here.run({ image: 'nginx', env: { COLOR: 'blue' }, workingDir: '/tmp' });
    expect(exec(here, container, ['sh', '-c', 'echo $COLOR $HOSTNAME; pwd; echo new > /usr/share/nginx/html/index.html; echo oops >&2; exit 3'])).toMatchObject(
      { stdout: 'blue web-1\n/tmp\n', stderr: 'oops\n', code: 3 },
    );
    expect(get(container, 80, '/')?.body).toBe('new\n');
    expect(text(container).some((line) => line.includes('oops'))).toBe(false);
  });

  test('reads what it is sent', () => {
    const here = world();
    const container = here.run({});
    expect(exec(here, container, ['sh', '-c', 'cat | tr a-z A-Z'])).toMatchObject({ stdout: '', code: 0 });
    expect(exec(here, container, ['sh', '-c', 'read name; echo "hi $name"; cat'], { stdin: of('you\nand', ' you\n') })).toMatchObject({ stdout: 'hi you\nand you\n', code: 0 });
  });

  test('a shell on a terminal prompts and goes on after a fault', () => {
    const here = world();
    const box = here.run(busybox('sleep 1000'));
    here.clock.advanceBy(1);
    expect(exec(here, box, ['sh'], { tty: true, stdin: of('cd /tmp\n', 'nope\n', 'echo $?\n', 'exit 7\n') })).toMatchObject({ stdout: '/ # /tmp # sh: nope: not found\n/tmp # 127\n/tmp # ', code: 7 });
  });

  test('Ctrl+C on a terminal ends the command, not the shell', () => {
    const here = world();
    const box = here.run(busybox('sleep 1000'));
    here.clock.advanceBy(1);
    const keys = new Subject<string>();
    let shown = '';
    let code: number | undefined;
    box.exec(['sh'], { tty: true, stdin: keys }).subscribe((frame) => { if (frame.stream === 'exit') code = frame.code; else shown += frame.text; });
    keys.next('while true; do echo tick; sleep 1; done\n');
    here.clock.advanceBy(1_500);
    keys.next('\x03');
    here.clock.advanceBy(60_000);
    keys.next('echo $?\r');
    keys.next('\x04');
    expect({ shown, code }).toEqual({ shown: '/ # tick\ntick\n/ # 130\n/ # ', code: 0 });
  });

  test('a missing program, a dead container', () => {
    const here = world();
    const container = here.run({});
    expect(exec(here, container, ['nope']).error).toBeInstanceOf(StartError);
    expect(String(exec(here, container, ['nope']).error)).toContain('exec: "nope": executable file not found in $PATH');
    expect(exec(here, here.run({ image: 'registry.k8s.io/pause:3.10' }), ['sh']).error).toBeInstanceOf(StartError);
    container.signal(9);
    expect(String(exec(here, container, ['ls']).error)).toContain('no running task found');
  });

  test('ends with its container, and when nobody listens any more', () => {
    const here = world();
    const container = here.run({});
    const codes: number[] = [];
    container.exec(['sleep', '1000']).subscribe((frame) => { if (frame.stream === 'exit') codes.push(frame.code); });
    const left = container.exec(['sleep', '1000']).subscribe();
    left.unsubscribe();
    container.signal(15);
    expect(codes).toEqual([137]);
    expect(here.clock.nextDueAt).toBeUndefined();
  });

  test('cannot kill a PID 1 that is a server, but may stop it', () => {
    const here = world();
    const container = here.run({});
    expect(exec(here, container, ['sh', '-c', 'kill -9 1; cat /proc/1/cmdline | tr "\\0" " "']).stdout).toBe('nginx -g daemon off; ');
    expect(container.exit).toBeUndefined();
    exec(here, container, ['sh', '-c', 'kill 1']);
    expect(container.exit?.code).toBe(0);
  });

  test('what goes to /proc/1/fd/1 is in the log', () => {
    const here = world();
    const container = here.run(busybox('sleep 100'));
    here.clock.advanceBy(1);
    exec(here, container, ['sh', '-c', 'echo from exec > /proc/1/fd/1']);
    expect(text(container)).toEqual(['from exec']);
  });
});

describe('files', () => {
  test('hosts, resolv.conf and hostname are what the kubelet writes', () => {
    const here = world();
    const container = here.run({ image: 'busybox', command: ['sleep', '100'], hostname: 'db-0', ip: '10.244.2.9' });
    expect(exec(here, container, ['cat', '/etc/hosts']).stdout).toContain('# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n');
    expect(exec(here, container, ['tail', '-n1', '/etc/hosts']).stdout).toBe('10.244.2.9\tdb-0\n');
    expect(exec(here, container, ['cat', '/etc/resolv.conf']).stdout).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
    expect(exec(here, container, ['hostname']).stdout).toBe('db-0\n');
  });

  test('a read-only mount refuses, a shared one is shared', () => {
    const here = world();
    const shared = tree({});
    const mounts: Mount[] = [
      { path: '/config', readOnly: true, files: tree({ 'a.conf': 'x=1\n', 'sub/b.conf': 'y' }) },
      { path: '/data', readOnly: false, files: shared },
      { path: '/etc/app.conf', readOnly: true, files: tree({ '': 'single\n' }) },
    ];
    const one = here.run(busybox('sleep 1000', { mounts }));
    const two = here.run(busybox('sleep 1000', { mounts }));
    expect(exec(here, one, ['sh', '-c', 'ls /config /config/sub; cat /config/a.conf /etc/app.conf'])).toMatchObject({
      stdout: '/config:\na.conf\nsub\n\n/config/sub:\nb.conf\nx=1\nsingle\n',
      code: 0,
    });
    expect(exec(here, one, ['sh', '-c', 'echo no > /config/a.conf'])).toMatchObject({ stderr: "sh: can't create /config/a.conf: Read-only file system\n", code: 1 });
    expect(exec(here, one, ['touch', '/config/new'])).toMatchObject({ stderr: 'touch: /config/new: Read-only file system\n', code: 1 });
    expect(exec(here, one, ['rm', '/config/a.conf'])).toMatchObject({ stderr: "rm: can't remove '/config/a.conf': Read-only file system\n", code: 1 });
    exec(here, one, ['sh', '-c', 'mkdir -p /data/deep && echo seen > /data/deep/file']);
    expect(exec(here, two, ['cat', '/data/deep/file']).stdout).toBe('seen\n');
  });
});

describe('network programs', () => {
  test('wget and curl speak as busybox and curl do', () => {
    const here = world();
    here.run({ image: 'nginx' }, 'web');
    here.network.names.set('web', '10.244.1.5');
    const box = here.run(busybox('sleep 10000'));
    const curl = here.run({ image: 'curlimages/curl', command: ['sleep', '10000'] });
    expect(exec(here, box, ['wget', '-q', '-O-', 'http://10.244.1.5'])).toMatchObject({ stderr: '', code: 0, stdout: expect.stringContaining('Welcome to nginx!') });
    expect(exec(here, box, ['wget', '-qO-', '-T', '2', '10.244.1.5/nope'])).toMatchObject({ stderr: 'wget: server returned error: HTTP/1.1 404 Not Found\n', code: 1 });
    expect(exec(here, box, ['wget', '-qO-', '10.244.1.5:81'])).toMatchObject({ stderr: "wget: can't connect to remote host (10.244.1.5): Connection refused\n", code: 1 });
    expect(exec(here, box, ['wget', '-qO-', 'http://nobody'])).toMatchObject({ stderr: "wget: bad address 'nobody'\n", code: 1 });
    expect(exec(here, curl, ['curl', '-s', '-o', '/dev/null', '-w', '%{http_code}\\n', '10.244.1.5'])).toMatchObject({ stdout: '200\n', code: 0 });
    expect(exec(here, curl, ['curl', '-sI', '10.244.1.5']).stdout).toMatch(/^HTTP\/1\.1 200 OK\r\nServer: nginx/);
    expect(exec(here, curl, ['curl', '10.244.1.5:81'])).toMatchObject({ code: 7, stderr: expect.stringContaining('curl: (7) Failed to connect to 10.244.1.5 port 81 after') });
    expect(exec(here, curl, ['curl', '-sf', '10.244.1.5/nope'])).toMatchObject({ code: 22, stdout: '' });
    expect(exec(here, curl, ['curl', 'http://nobody'])).toMatchObject({ code: 6, stderr: 'curl: (6) Could not resolve host: nobody\n' });
    expect(exec(here, curl, ['curl', '-s', 'localhost:1'])).toMatchObject({ code: 7, stderr: '' });
  });

  test('redis-cli talks to the server beside it', () => {
    const here = world();
    const redis = here.run({ image: 'redis:7' });
    expect(exec(here, redis, ['redis-cli', 'set', 'a', 'hello there'])).toMatchObject({ stdout: 'OK\n', code: 0 });
    expect(exec(here, redis, ['sh', '-c', 'redis-cli get a; redis-cli incr n; redis-cli ping']).stdout).toBe('hello there\n1\nPONG\n');
    expect(exec(here, redis, ['redis-cli', '-p', '1', 'ping'])).toMatchObject({ code: 1, stderr: 'Could not connect to Redis at 127.0.0.1:1: Connection refused\n' });
  });

  test('nc listens and calls', () => {
    const here = world();
    const server = here.run(busybox('while true; do printf "HTTP/1.1 200 OK\\r\\n\\r\\nhi\\n" | nc -l -p 8080; done'));
    here.clock.advanceBy(1);
    expect(ask(server, 8080, { kind: 'connect' })).toEqual({ kind: 'connected' });
    expect(get(server, 8080, '/')?.body).toBe('hi\n');
    here.clock.advanceBy(1);
    expect(get(server, 8080, '/')?.body).toBe('hi\n');
    expect(ask(server, 8081, { kind: 'connect' })).toBeUndefined();
  });
  test('nc shows the messages as they go over the connection', () => {
    const here = world();
    const server = here.run(busybox('printf "HTTP/1.1 200 OK\\r\\n\\r\\nhi\\n" | nc -l -p 8080 > /asked; sleep 100'));
    here.clock.advanceBy(1);
    const call = 'printf "GET /here HTTP/1.1\\r\\n\\r\\n" | nc 127.0.0.1 8080';
    expect(exec(here, server, ['sh', '-c', call]).stdout).toBe('HTTP/1.1 200\r\n\r\nhi\n');
    here.clock.advanceBy(1);
    expect(exec(here, server, ['cat', '/asked']).stdout).toBe('GET /here HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  });

  test('nslookup asks the cluster\'s name server with the search list', () => {
    const here = world();
    const asked: string[] = [];
    here.network.attach({
      ip: '10.96.0.10', node: 'node-1',
      accept: (port) => (port !== 53 ? undefined : (payload) => {
        if (payload.kind !== 'dns') return { kind: 'text', text: '' };
        asked.push(payload.name);
        const found = payload.name === 'web.default.svc.cluster.local';
        return { kind: 'dns', code: found ? 'NOERROR' : 'NXDOMAIN', records: found ? [{ name: payload.name, type: 'A', value: '10.96.5.5', ttlSeconds: 30 }] : [] };
      }),
    });
    const box = here.run(busybox('sleep 10000'));
    expect(exec(here, box, ['nslookup', 'web'])).toMatchObject({ stdout: 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.5.5\n\n', code: 0 });
    asked.length = 0;
    expect(exec(here, box, ['nslookup', 'nobody'])).toMatchObject({ stdout: expect.stringContaining("** server can't find nobody: NXDOMAIN"), code: 1 });
    expect(asked).toEqual(['nobody.default.svc.cluster.local', 'nobody.svc.cluster.local', 'nobody.cluster.local', 'nobody']);
  });
});
