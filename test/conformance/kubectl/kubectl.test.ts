import { request } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { behaviour } from '../behaviours';
import { guestbookManifest } from './guestbook';
import { servedKubectl, type Kubectl } from './support';

const kubectlIn = servedKubectl();
const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.53';
const stdin = (input: string) => ({ input });
const json = (value: object) => JSON.stringify(value);

const primary = {
  apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'agnhost-primary', labels: { app: 'agnhost', role: 'primary' } },
  spec: {
    replicas: 1, selector: { app: 'agnhost', role: 'primary' },
    template: { metadata: { labels: { app: 'agnhost', role: 'primary' } },
      spec: { containers: [{ name: 'agnhost-primary', image: agnhost, ports: [{ name: 'agnhost-server', containerPort: 6379 }], args: ['guestbook', '--http-port', '6379'] }] } },
  },
};
const pausePod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pause', labels: { name: 'pause' } }, spec: { containers: [{ name: 'pause', image: agnhost, args: ['pause'] }] } };
const httpdPod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'e2e-test-httpd-pod', labels: { run: 'e2e-test-httpd-pod' } },
  spec: { containers: [{ name: 'e2e-test-httpd-pod', image: 'httpd:2.4' }] } };
const updateDemo = {
  apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'update-demo-nautilus' },
  spec: {
    replicas: 2, selector: { name: 'update-demo', version: 'nautilus' },
    template: {
      metadata: { labels: { name: 'update-demo', version: 'nautilus' } },
      spec: { containers: [{ name: 'update-demo', image: 'registry.k8s.io/e2e-test-images/nautilus:1.7', ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
    },
  },
};

/** As upstream's validation of a controller: every pod runs and serves the picture it should. */
async function validateDemo(kubectl: Kubectl, pods: number): Promise<void> {
  const names = (await kubectl.until(['get', 'pods', '-o', 'template', '--template={{range.items}}{{.metadata.name}} {{end}}', '-l', 'name=update-demo'],
    (out) => out.trim().split(' ').length === pods)).trim().split(' ');
  const running = '{{if (exists . "status" "containerStatuses")}}{{range .status.containerStatuses}}{{if (and (eq .name "update-demo") (exists . "state" "running"))}}true{{end}}{{end}}{{end}}';
  for (const name of names) {
    await kubectl.until(['get', 'pods', name, '-o', 'template', `--template=${running}`], (out) => out === 'true');
    expect(await kubectl(['get', 'pods', name, '-o', 'template',
      '--template={{if (exists . "spec" "containers")}}{{range .spec.containers}}{{if eq .name "update-demo"}}{{.image}}{{end}}{{end}}{{end}}'])).toBe('registry.k8s.io/e2e-test-images/nautilus:1.7');
    expect(JSON.parse(await kubectl(['get', '--raw', `/api/v1/namespaces/${kubectl.namespace}/pods/${name}/proxy/data.json`]))).toEqual({ image: 'nautilus.jpg' });
  }
}

describe('kubectl', () => {
  behaviour('kubectl-001', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(guestbookManifest));
    for (const name of ['frontend', 'agnhost-primary', 'agnhost-replica']) await kubectl(`rollout status deployment/${name} --timeout 60s`);
    const ask = (cmd: string, value: string) => ['get', '--raw', `/api/v1/namespaces/${kubectl.namespace}/services/frontend/proxy/guestbook?cmd=${cmd}&key=messages&value=${value}`];
    await kubectl.until(ask('get', ''), (out) => out === '{"data":""}');
    await kubectl.until(ask('set', 'TestEntry'), (out) => out === '{"message":"Updated"}');
    await kubectl.until(ask('get', ''), (out) => out === '{"data":"TestEntry"}');
  });

  behaviour('kubectl-002', async () => {
    expect((await (await kubectlIn())('api-versions')).split('\n')).toContain('v1');
  });

  behaviour('kubectl-003', async () => {
    const plain = (await (await kubectlIn())('cluster-info')).replace(/\p{Cc}\[[\d;]*m/gu, '');
    expect(plain).toMatch(/Kubernetes control plane is running at http:\/\/127\.0\.0\.1:\d+/);
  });

  behaviour('kubectl-004', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(json(primary)));
    await kubectl('create -f -', stdin(json({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'agnhost-primary', labels: primary.metadata.labels },
      spec: { ports: [{ port: 6379, targetPort: 'agnhost-server' }], selector: primary.spec.selector } })));
    const pod = await kubectl.until(['get', 'pods', '-l', 'app=agnhost', '-o', 'jsonpath={.items[*].metadata.name}'], Boolean);
    await kubectl(`wait --for=condition=Ready pod/${pod} --timeout 60s`);
    const describes = async (words: string, patterns: readonly RegExp[]) => { const out = await kubectl(words); for (const pattern of patterns) expect(out).toMatch(pattern); };
    await describes(`describe pod ${pod}`,
      [/^Name: +agnhost-primary-/m, /^Namespace: /m, /^Node: /m, /^Labels: +app=agnhost/m, /role=primary/, /^Annotations:/m, /^Status: +Running/m, /^IP: /m,
        /^Controlled By: +ReplicationController\/agnhost-primary/m, /Image: /, /State: +Running/, /QoS Class: +BestEffort/]);
    await describes('describe rc agnhost-primary',
      [/^Name: +agnhost-primary/m, /^Selector: +app=agnhost,role=primary/m, /^Labels: +app=agnhost/m, /^Replicas: +1 current \/ 1 desired/m,
        /^Pods Status: +1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed/m, /^Pod Template:/m, /Image: /, /^Events:/m]);
    await describes('describe service agnhost-primary',
      [/^Name: +agnhost-primary/m, /^Type: +ClusterIP/m, /^IP: /m, /^Port: +<unset> +6379\/TCP/m, /^Endpoints: +\d+\.\d+\.\d+\.\d+:6379/m, /^Session Affinity: +None/m]);
    await describes('describe node node-1',
      [/^Name: +node-1/m, /^Labels: /m, /^Annotations: /m, /^CreationTimestamp: /m, /^Conditions:/m,
        /Type +Status +LastHeartbeatTime +LastTransitionTime +Reason +Message/, /^Addresses:/m, /^Capacity:/m, /^Version:|Kernel Version:/m,
          /Container Runtime Version:/, /Kubelet Version:/, /Pods:/]);
    await describes(`describe namespace ${kubectl.namespace}`, [/^Name: +kubectl-/m, /^Labels: /m, /^Annotations: /m, /^Status: +Active/m, /No resource quota/, /No LimitRange resource/]);
  });

  behaviour('kubectl-005', async () => {
    const kubectl = await kubectlIn();
    const deployment = (image: string) => json({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'httpd-deployment' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'httpd' } }, template: { metadata: { labels: { app: 'httpd' } }, spec: { containers: [{ name: 'httpd', image }] } } },
    });
    await kubectl('create -f -', stdin(deployment('httpd:2.4')));
    const { code, out } = await kubectl.attempt('diff -f -', stdin(deployment('busybox:1.36')));
    expect([code, out.includes('-      - image: httpd:2.4'), out.includes('+      - image: busybox:1.36')]).toEqual([1, true, true]);
  });

  behaviour('kubectl-006', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(json(primary)));
    await kubectl('wait --for=jsonpath={.status.readyReplicas}=1 rc/agnhost-primary --timeout 60s');
    const check = async (name: string, port: number) => {
      const out = await kubectl.until(['get', 'endpointslices', '-l', `kubernetes.io/service-name=${name}`, '-o',
        'jsonpath={.items[0].ports[0].port} {.items[0].endpoints[0].addresses[0]}'], (text) => /^\d+ \d/.test(text));
      expect(out.split(' ')[0]).toBe('6379');
      expect(await kubectl(`get service ${name} -o jsonpath={.spec.ports[0].port}`)).toBe(String(port));
    };
    await kubectl('expose rc agnhost-primary --name=rm2 --port=1234 --target-port=6379');
    await check('rm2', 1_234);
    await kubectl('expose service rm2 --name=rm3 --port=2345 --target-port=6379');
    await check('rm3', 2_345);
  });

  behaviour('kubectl-007', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(json(pausePod)));
    await kubectl('wait --for=condition=Ready pod/pause --timeout 60s');
    await kubectl('label pods pause testing-label=testing-label-value');
    expect(await kubectl('get pod pause -L testing-label')).toContain('testing-label-value');
    await kubectl('label pods pause testing-label-');
    expect(await kubectl('get pod pause -L testing-label')).not.toContain('testing-label-value');
  });

  behaviour('kubectl-008', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(json(primary)));
    const pod = await kubectl.until(['get', 'pods', '-l', 'app=agnhost', '-o', 'jsonpath={.items[*].metadata.name}'], Boolean);
    await kubectl(['patch', 'pod', pod, '-p', '{"metadata":{"annotations":{"x":"y"}}}']);
    expect(await kubectl(['get', 'pod', pod, '-o', 'jsonpath={.metadata.annotations.x}'])).toBe('y');
  });

  behaviour('kubectl-009', async () => {
    const kubectl = await kubectlIn();
    await kubectl(['run', httpdPod.metadata.name, '--image=httpd:2.4', `--labels=run=${httpdPod.metadata.name}`]);
    await kubectl.until(['get', 'pod', httpdPod.metadata.name, '-o', 'jsonpath={.status.phase}'], (out) => out === 'Running');
    const live = await kubectl(['get', 'pod', httpdPod.metadata.name, '-o', 'json']);
    await kubectl('replace -f -', stdin(live.replaceAll('httpd:2.4', 'busybox:1.36')));
    expect(await kubectl(['get', 'pod', httpdPod.metadata.name, '-o', 'jsonpath={.spec.containers[0].image}'])).toBe('busybox:1.36');
  });

  behaviour('kubectl-010', async () => {
    const kubectl = await kubectlIn();
    await kubectl(['run', 'e2e-test-httpd-pod', '--restart=Never', '--pod-running-timeout=2m0s', '--image=httpd:2.4']);
    expect(await kubectl(['get', 'pod', 'e2e-test-httpd-pod', '-o', 'jsonpath={.spec.containers[0].image} {.spec.restartPolicy}'])).toBe('httpd:2.4 Never');
  });

  behaviour('kubectl-011', async () => {
    const kubectl = await kubectlIn();
    await kubectl(['run', 'e2e-test-httpd-pod', '--image=httpd:2.4', '--labels=run=e2e-test-httpd-pod']);
    await kubectl(['patch', 'pod', 'e2e-test-httpd-pod', '-p', '{"spec":{"containers":[{"name":"e2e-test-httpd-pod","image":"busybox:1.36"}]}}', '--dry-run=server']);
    expect(await kubectl(['get', 'pod', 'e2e-test-httpd-pod', '-o', 'jsonpath={.spec.containers[0].image}'])).toBe('httpd:2.4');
  });

  behaviour('kubectl-012', async () => {
    const kubectl = await kubectlIn();
    const plain = await kubectl('version');
    for (const item of ['Client Version: ', 'Server Version: ']) expect(plain).toContain(item);
    const { serverVersion } = JSON.parse(await kubectl('version -o json')) as { readonly serverVersion: object };
    expect(serverVersion).toMatchObject({ major: '1', minor: '36', gitVersion: expect.stringMatching(/^v1\.36\.\d+$/) });
  });

  behaviour('kubectl-013', async () => {
    const kubectl = await kubectlIn();
    const folder = mkdtempSync(join(tmpdir(), 'podarium-proxy-'));
    const socketPath = join(folder, 'test');
    const child = kubectl.start(['proxy', `--unix-socket=${socketPath}`]);
    await new Promise((listening) => child.stdout?.once('data', listening));
    const body = await new Promise<string>((answered, failed) => {
      request({ socketPath, path: '/api/' }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => { text += part; }).on('end', () => answered(text));
      }).on('error', failed).end();
    });
    child.kill();
    rmSync(folder, { recursive: true });
    expect(JSON.parse(body)).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  });

  behaviour('kubectl-014', async () => {
    const kubectl = await kubectlIn();
    const child = kubectl.start(['proxy', '-p', '0', '--disable-filter']);
    const said = await new Promise<string>((listening) => child.stdout?.once('data', (part: Buffer) => listening(part.toString())));
    const port = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
    const answer: unknown = await (await fetch(`http://127.0.0.1:${port}/api/`)).json();
    child.kill();
    expect(answer).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  });

  behaviour('kubectl-015', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(json(updateDemo)));
    await validateDemo(kubectl, 2);
  });

  behaviour('kubectl-016', async () => {
    const kubectl = await kubectlIn();
    await kubectl('create -f -', stdin(json(updateDemo)));
    await validateDemo(kubectl, 2);
    await kubectl('scale rc update-demo-nautilus --replicas=1 --timeout=5m');
    await validateDemo(kubectl, 1);
    await kubectl('scale rc update-demo-nautilus --replicas=2 --timeout=5m');
    await validateDemo(kubectl, 2);
  });

  behaviour('kubectl-017', async () => {
    const kubectl = await kubectlIn();
    await kubectl(['run', 'logs-generator', `--image=${agnhost}`, '--restart=Never', '--pod-running-timeout=2m0s', '--', 'logs-generator', '--log-lines-total', '100', '--run-duration', '20s']);
    await kubectl.until('logs logs-generator logs-generator', (out) => out.includes('/api/v1/namespaces'));
    expect((await kubectl('logs logs-generator logs-generator --tail=1')).trim().split('\n')).toHaveLength(1);
    expect(await kubectl('logs logs-generator logs-generator --limit-bytes=1')).toHaveLength(1);
    const [time = ''] = (await kubectl('logs logs-generator logs-generator --tail=1 --timestamps')).split(' ');
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    await kubectl.until('get pod logs-generator -o jsonpath={.status.phase}', (out) => out === 'Succeeded');
    const recent = (await kubectl('logs logs-generator logs-generator --since=1s')).split('\n').length;
    const all = (await kubectl('logs logs-generator logs-generator --since=24h')).split('\n').length;
    expect(all).toBe(101);
    expect(recent).toBeLessThan(all);
  });
});
