import { describe, expect, test } from 'vitest';
import { type Component } from '../../src/containers/components';
import { StartError } from '../../src/containers/types';
import { ask, get, text, world } from './world';

describe('nginx', () => {
  test('serves its welcome page and logs as the image does', () => {
    const { run, clock } = world();
    const nginx = run({ image: 'nginx:1.27.3' });
    clock.advanceBy(1_000);
    const page = get(nginx, 80, '/', { headers: { 'User-Agent': 'curl/8.5.0' } });
    expect(page).toMatchObject({ status: 200, headers: { Server: 'nginx/1.27.3', 'Content-Type': 'text/html', 'Content-Length': '615' } });
    expect(page?.body).toContain('<title>Welcome to nginx!</title>');
    expect(get(nginx, 80, '/nowhere')?.body).toContain('<center><h1>404 Not Found</h1></center>');
    expect(text(nginx)).toContain('10.244.1.1 - - [21/Nov/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 615 "-" "curl/8.5.0" "-"');
    expect(text(nginx)).toContain('2026/11/21 09:00:00 [notice] 1#1: nginx/1.27.3');
  });

  test('listens on nothing but port 80, and ends with 0 on SIGTERM, SIGQUIT and SIGINT', () => {
    for (const signal of [2, 3, 15]) {
      const { run } = world();
      const nginx = run({});
      expect(nginx.accept(8080, 'TCP')).toBeUndefined();
      expect(nginx.accept(80, 'UDP')).toBeUndefined();
      expect(ask(nginx, 80, { kind: 'connect' })).toEqual({ kind: 'connected' });
      const exits: unknown[] = [];
      nginx.exited.subscribe((exit) => exits.push(exit));
      nginx.signal(1);
      expect(nginx.exit).toBeUndefined();
      nginx.signal(signal);
      expect(nginx.exit).toMatchObject({ code: 0, reason: 'Completed' });
      expect(exits).toEqual([nginx.exit]);
      expect(nginx.accept(80, 'TCP')).toBeUndefined();
    }
  });

  test('serves what is mounted over its pages', () => {
    const { run } = world();
    const pages: Record<string, string> = { 'index.html': '<h1>mine</h1>' };
    const nginx = run({
      mounts: [
        {
          path: '/usr/share/nginx/html',
          readOnly: true,
          files: { read: (path) => pages[path], write: () => {}, remove: () => false, list: (path) => (path === '' ? Object.keys(pages) : []) },
        },
      ],
    });
    expect(get(nginx, 80, '/')?.body).toBe('<h1>mine</h1>');
    pages['index.html'] = '<h1>changed</h1>';
    expect(get(nginx, 80, '/index.html')?.body).toBe('<h1>changed</h1>');
    expect(get(nginx, 80, '/50x.html')?.status).toBe(404);
    expect(get(nginx, 80, '/../../../../etc/hostname')?.status).toBe(400);
  });

  test('a killed container ends with 137', () => {
    const { run } = world();
    const nginx = run({});
    nginx.signal(9);
    expect(nginx.exit).toMatchObject({ code: 137, reason: 'Error' });
  });
});

describe('kuard', () => {
  test('its probes fail as often as they are told', () => {
    const { run } = world();
    const kuard = run({ image: 'gcr.io/kuar-demo/kuard-amd64:blue' });
    expect(get(kuard, 8080, '/healthy')).toMatchObject({ status: 200, body: 'ok' });
    get(kuard, 8080, '/healthy/api', { method: 'PUT', body: '{"failNext": 2}' });
    expect([1, 2, 3].map(() => get(kuard, 8080, '/healthy')).map((page) => [page?.status, page?.body])).toEqual([[500, 'fail, 1 left'], [500, 'fail, 0 left'], [200, 'ok']]);
    get(kuard, 8080, '/ready/api', { method: 'PUT', body: '{"failNext": -1}' });
    expect(get(kuard, 8080, '/ready')).toMatchObject({ status: 500, body: 'fail, permanent' });
    expect(get(kuard, 8080, '/healthy')?.status).toBe(200);
  });

  test('is killed by the kernel when it leaks more than its limit, and as a Go program ends with 2 on SIGTERM', () => {
    const { run } = world();
    const greedy = run({ image: 'gcr.io/kuar-demo/kuard-amd64:1', memoryLimitBytes: 128 * 1024 * 1024 });
    get(greedy, 8080, '/mem/api/alloc?size=1000', { method: 'POST' });
    expect(greedy.exit).toBeUndefined();
    get(greedy, 8080, '/mem/api/alloc?size=134217728', { method: 'POST' });
    expect(greedy.exit).toMatchObject({ code: 137, reason: 'OOMKilled' });
    const polite = run({ image: 'gcr.io/kuar-demo/kuard-amd64:1' });
    polite.signal(15);
    expect(polite.exit?.code).toBe(2);
  });
});

describe('other servers', () => {
  test.each([
    ['httpd:2.4', 80, '/', 'It works!'],
    ['registry.k8s.io/e2e-test-images/agnhost:2.40', 8080, '/hostname', 'NOW'],
    ['gcr.io/google-samples/hello-app:2.0', 8080, '/', 'Version: 2.0.0\nHostname: web-1'],
    ['hashicorp/http-echo', 5678, '/', 'hello-world\n'],
    ['stefanprodan/podinfo', 9898, '/readyz', '{"status":"OK"}'],
    ['registry.k8s.io/echoserver:1.10', 8080, '/x?y=1', 'query=y=1'],
    ['nginxdemos/hello:plain-text', 80, '/', 'Server name: web-1'],
    ['example.com/team/app:v3', 7000, '/', 'Hostname: web-1\nImage: example.com/team/app:v3'],
  ])('%s answers on port %i', (image, port, path, part) => {
    const { run } = world();
    const args = image.includes('agnhost') ? { args: ['netexec'] } : {};
    const container = run({ image, ports: [7000], ...args });
    const expected = image.includes('agnhost') ? 'web-1' : part;
    expect(get(container, port, path)?.body).toContain(expected);
  });

  test('a database opens its port when it has started, and refuses to run unconfigured', () => {
    const { run, clock } = world();
    const mysql = run({ image: 'mysql:8.0', env: { MYSQL_ROOT_PASSWORD: 'x' } });
    expect(mysql.accept(3306, 'TCP')).toBeUndefined();
    clock.advanceBy(10_000);
    expect(ask(mysql, 3306, { kind: 'connect' })).toEqual({ kind: 'connected' });
    const bare = run({ image: 'mysql:8.0' });
    clock.advanceBy(0);
    expect(bare.exit).toMatchObject({ code: 1, reason: 'Error' });
    expect(text(bare)[0]).toContain('Database is uninitialized');
  });

  test('a server holds neither timer nor log until somebody looks', () => {
    const { run, clock } = world();
    for (let i = 0; i < 100; i++) run({});
    expect(clock.nextDueAt).toBeUndefined();
  });

  test('a command that is not in the image cannot be started', () => {
    const { run } = world();
    expect(() => run({ image: 'nginx', command: ['/nonsense'] })).toThrow(StartError);
    expect(() => run({ image: 'nginx', command: ['nonsense'] })).toThrow('exec: "nonsense": executable file not found in $PATH');
  });
});

describe('redis', () => {
  const say = (container: ReturnType<ReturnType<typeof world>['run']>, line: string): string | undefined => {
    const reply = ask(container, 6379, { kind: 'text', text: line });
    return reply?.kind === 'text' ? reply.text : undefined;
  };

  test('keeps keys', () => {
    const { run } = world();
    const redis = run({ image: 'redis:7' });
    expect(say(redis, 'PING')).toBe('+PONG\r\n');
    expect(say(redis, 'set greeting "hello \\"world\\""')).toBe('+OK\r\n');
    expect(say(redis, 'get greeting')).toBe('$13\r\nhello "world"\r\n');
    expect(say(redis, 'incr visits\nincr visits')).toBe(':1\r\n:2\r\n');
    expect(say(redis, 'get nothing')).toBe('$-1\r\n');
    expect(say(redis, 'incr greeting')).toBe('-ERR value is not an integer or out of range\r\n');
    expect(say(redis, 'wrong 1')).toBe("-ERR unknown command 'wrong', with args beginning with: '1' \r\n");
    expect(say(redis, 'info replication')).toContain('role:master');
  });

  test('a follower has what its leader has, refuses writes, and finds a new leader empty', () => {
    const { run, clock, network } = world();
    const follower = run({ image: 'us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2' });
    clock.advanceBy(3_000);
    expect(text(follower).at(-1)).toContain('Unable to connect to MASTER');
    const leader = run({ image: 'docker.io/redis:6.0.5' }, 'redis-leader');
    say(leader, 'set guestbook ,first');
    clock.advanceBy(2_000);
    expect(say(follower, 'get guestbook')).toBe('$6\r\n,first\r\n');
    say(leader, 'append guestbook ,second');
    clock.advanceBy(10);
    expect(say(follower, 'get guestbook')).toBe('$13\r\n,first,second\r\n');
    expect(say(follower, 'set guestbook x')).toContain('-READONLY');
    expect(say(leader, 'info replication')).toContain('connected_slaves:1');
    leader.signal(9);
    expect(say(follower, 'get guestbook')).toBe('$13\r\n,first,second\r\n');
    network.detach('10.244.1.6');
    run({ image: 'docker.io/redis:6.0.5' }, 'redis-leader');
    clock.advanceBy(15_000);
    expect(say(follower, 'get guestbook')).toBe('$-1\r\n');
  });
});

test('the guestbook frontend writes to the leader and reads from the follower', () => {
  const { run, clock, network } = world();
  run({ image: 'docker.io/redis:6.0.5' }, 'redis-leader');
  run({ image: 'us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2' }, 'redis-follower');
  const frontend = run({ image: 'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5', env: { GET_HOSTS_FROM: 'dns' } });
  const visit = (path: string): string => {
    let answer = '';
    network.connect({ ip: '10.244.1.1', name: 'visitor' }, '10.244.1.7', 80, { kind: 'http', request: { method: 'GET', path, headers: {}, body: '' } })
      .subscribe((outcome) => { if ('reply' in outcome && outcome.reply.kind === 'http') answer = `${outcome.reply.response.status} ${outcome.reply.response.body}`; });
    clock.advanceBy(1_000);
    return answer;
  };
  clock.advanceBy(2_000);
  expect(visit('/guestbook.php?cmd=set&key=guestbook&value=,hello%20there')).toBe('200 {"message": "Updated"}');
  expect(visit('/guestbook.php?cmd=get&key=guestbook')).toBe('200 {"data": ",hello there"}');
  expect(visit('/')).toContain('<title>Guestbook</title>');
  network.names.delete('redis-follower');
  expect(visit('/guestbook.php?cmd=get&key=guestbook')).toBe('500 ');
  expect(text(frontend).at(-2)).toContain('getaddrinfo failed');
});

test('a component runs exactly as long as its container', () => {
  const history: string[] = [];
  const scheduler: Component = {
    start: ({ pod }, container) => {
      history.push(`start ${pod}`);
      container.print('serving\n');
      return { stop: () => history.push('stop'), accept: (port) => (port === 10259 ? () => ({ kind: 'connected' }) : undefined) };
    },
  };
  const { run } = world({ components: { 'registry.k8s.io/kube-scheduler': scheduler } });
  const container = run({ image: 'registry.k8s.io/kube-scheduler:v1.36.0', command: ['kube-scheduler', '--leader-elect=true'], hostname: 'kube-scheduler' });
  expect(history).toEqual(['start default/kube-scheduler']);
  expect(text(container)).toEqual(['serving']);
  expect(ask(container, 10259, { kind: 'connect' })).toEqual({ kind: 'connected' });
  container.signal(9);
  container.signal(9);
  expect(history).toEqual(['start default/kube-scheduler', 'stop']);
  expect(container.accept(10259, 'TCP')).toBeUndefined();
});

test('a server that speaks TLS understands nothing else, and one that does not no TLS', () => {
  const { run, clock } = world();
  const request = { method: 'GET', path: '/readyz', headers: {}, body: '' };
  const webhook = run({ image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args: ['webhook', '--port=8444'] });
  const nginx = run({ image: 'nginx:1.27.3' });
  clock.advanceBy(1_000);
  expect(ask(webhook, 8_444, { kind: 'http', request, tls: true })).toMatchObject({ kind: 'http', response: { status: 200, body: 'ok' } });
  expect(ask(webhook, 8_444, { kind: 'http', request })).toMatchObject({ kind: 'http', response: { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n' } });
  expect(ask(nginx, 80, { kind: 'http', request, tls: true })).toMatchObject({ kind: 'text' });
});
