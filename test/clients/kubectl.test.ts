import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binary } from './binaries';
import { begin, kubectlOf, startServe, type Outcome, type RunOptions, type Served } from './serve';

const manifest = (image: string, replicas = 2): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: {app: shop}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
      containers:
        - name: web
          image: ${image}
          ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Service
metadata:
  name: shop
  labels: {app: shop}
spec:
  selector: {app: shop}
  ports: [{port: 80}]
`;
const configMap = (name: string, value: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, labels: {pruned: maybe}}
data: {key: ${value}}
`;

let served: Served;
beforeAll(async () => { served = await startServe(['--nodes', '3', '--speed', '20']); });
afterAll(async () => { expect(await served.stop()).toBe(0); });

describe.each(['1.34', '1.35'] as const)('kubectl %s', (release) => {
  const namespace = `with-${release.replace('.', '-')}`;
  const kubectl = (words: readonly string[], options: RunOptions = {}): Promise<Outcome> => kubectlOf(release, served)(words, options);
  const inside = (words: string | readonly string[], options: RunOptions = {}): Promise<Outcome> =>
    kubectl(['--namespace', namespace, ...(typeof words === 'string' ? words.split(' ') : words)], options);
  /** The output of a command that must succeed. */
  const out = async (words: string | readonly string[], options: RunOptions = {}): Promise<string> => {
    const outcome = await inside(words, options);
    expect(outcome, JSON.stringify(words)).toMatchObject({ code: 0 });
    return outcome.out;
  };
  const file = (name: string, content: string): string => {
    const path = join(served.folder, `${release}-${name}`);
    writeFileSync(path, content);
    return path;
  };

  beforeAll(async () => { expect((await kubectl(['create', 'namespace', namespace])).out).toBe(`namespace/${namespace} created\n`); });

  test('knows the server', async () => {
    expect(await out('version')).toMatch(/^Client Version: v.*\nKustomize Version: v.*\nServer Version: v1\.36\.\d+\n$/);
    expect(await out('cluster-info')).toContain('Kubernetes control plane');
    expect((await out('api-versions')).split('\n')).toEqual(expect.arrayContaining(['v1', 'apps/v1', 'autoscaling/v1', 'autoscaling/v2', 'events.k8s.io/v1']));
    expect(await out('api-resources')).toMatch(/deployments +deploy +apps\/v1 +true +Deployment/);
    expect(await out('get --raw /readyz')).toBe('ok');
  });

  test('creates with every generator, in protobuf', async () => {
    const commands: readonly (readonly [string, string])[] = [
      ['create configmap cm --from-literal=a=b', 'configmap/cm created'],
      ['create secret generic s --from-literal=p=q', 'secret/s created'],
      ['create serviceaccount sa', 'serviceaccount/sa created'],
      ['create deployment gen --image nginx:1.27 --replicas 2', 'deployment.apps/gen created'],
      ['create service clusterip gen --tcp 80:80', 'service/gen created'],
      ['create job once --image busybox:1.36 -- echo done', 'job.batch/once created'],
      ['create cronjob daily --image busybox:1.36 --schedule @daily -- date', 'cronjob.batch/daily created'],
      ['create role reader --verb get,list --resource pods', 'role.rbac.authorization.k8s.io/reader created'],
      ['create rolebinding reading --role reader --serviceaccount default:default', 'rolebinding.rbac.authorization.k8s.io/reading created'],
      ['create ingress in --rule foo.example.com/*=gen:80', 'ingress.networking.k8s.io/in created'],
      ['create poddisruptionbudget budget --selector app=gen --min-available 1', 'poddisruptionbudget.policy/budget created'],
      ['create quota quota --hard pods=50', 'resourcequota/quota created'],
      ['autoscale deployment gen --min 1 --max 3', 'horizontalpodautoscaler.autoscaling/gen autoscaled'],
    ];
    for (const [words, said] of commands) expect(await out(words)).toBe(`${said}\n`);
    expect(await out('create configmap dry --from-literal=a=b --dry-run=server')).toBe('configmap/dry created (server dry run)\n');
    expect(await inside('get configmap dry')).toMatchObject({ code: 1, err: 'Error from server (NotFound): configmaps "dry" not found\n' });
    expect(await out('get configmap cm -o jsonpath={.data.a}')).toBe('b');
    expect(Buffer.from(await out('get secret s -o jsonpath={.data.p}'), 'base64').toString()).toBe('q');
    expect((await out('create token sa')).split('.')).toHaveLength(3);
  });

  test('applies, compares, edits, replaces and prunes', async () => {
    const path = file('shop.yaml', manifest('nginx:1.27'));
    expect(await out(['apply', '-f', path])).toBe('deployment.apps/shop created\nservice/shop created\n');
    expect(await out(['apply', '-f', path])).toBe('deployment.apps/shop unchanged\nservice/shop unchanged\n');
    expect(await inside(['diff', '-f', path])).toMatchObject({ code: 0, out: '' });
    writeFileSync(path, manifest('nginx:1.28', 3));
    const difference = await inside(['diff', '-f', path]);
    expect([difference.code, /^-\s+replicas: 2$/m.test(difference.out), /^\+\s+- image: nginx:1\.28$|^\+\s+image: nginx:1\.28$/m.test(difference.out)]).toEqual([1, true, true]);
    expect(await out(['apply', '-f', path, '--dry-run=server'])).toBe('deployment.apps/shop configured (server dry run)\nservice/shop unchanged (server dry run)\n');
    expect(await out(['apply', '-f', path])).toBe('deployment.apps/shop configured\nservice/shop unchanged\n');
    expect(await out('rollout status deployment/shop --timeout 60s')).toContain('successfully rolled out');

    const editor = file('editor.sh', '#!/bin/sh\nsed -i "s/replicas: 3/replicas: 4/" "$1"\n');
    expect(await out('edit deployment shop', { env: { KUBE_EDITOR: `sh ${editor}` } })).toBe('deployment.apps/shop edited\n');
    expect(await out('get deployment shop -o jsonpath={.spec.replicas}')).toBe('4');

    const live = file('live.yaml', await out('get service shop -o yaml'));
    writeFileSync(live, readFileSync(live, 'utf8').replace('app: shop\n  name', 'app: shop\n    replaced: "yes"\n  name'));
    expect(await out(['replace', '-f', live])).toBe('service/shop replaced\n');

    const bad = file('bad.yaml', manifest('nginx:1.27').replace('replicas: 2', 'replica: 2'));
    const refused = await inside(['apply', '-f', bad]);
    expect([refused.code, refused.err.includes('strict decoding error: unknown field "spec.replica"')]).toEqual([1, true]);

    const both = file('prune.yaml', `${configMap('kept', 'one')}---\n${configMap('dropped', 'two')}`);
    const prune = ['apply', '-f', both, '--prune', '-l', 'pruned=maybe'];
    expect(await out(prune)).toBe('configmap/kept created\nconfigmap/dropped created\n');
    writeFileSync(both, configMap('kept', 'one'));
    expect(await out(prune)).toBe('configmap/kept unchanged\nconfigmap/dropped pruned\n');
  });

  test('applies on the server, and tells of conflicts', async () => {
    const path = file('ssa.yaml', configMap('owned', 'one'));
    expect(await out(['apply', '--server-side', '-f', path])).toBe('configmap/owned serverside-applied\n');
    writeFileSync(path, configMap('owned', 'two'));
    const conflict = await inside(['apply', '--server-side', '--field-manager', 'another', '-f', path]);
    expect([conflict.code, conflict.err.includes('Apply failed with 1 conflict: conflict with "kubectl": .data.key')]).toEqual([1, true]);
    expect(await out(['apply', '--server-side', '--field-manager', 'another', '--force-conflicts', '-f', path])).toBe('configmap/owned serverside-applied\n');
    expect((await out('get configmap owned -o jsonpath={.metadata.managedFields[*].manager}')).split(' ').toSorted()).toEqual(['another', 'kubectl']);
    expect(await inside(['diff', '--server-side', '--field-manager', 'another', '-f', path])).toMatchObject({ code: 0 });
  });

  test('reads in every form', async () => {
    expect(await out('get pods -l app=shop -o name')).toMatch(/^(pod\/shop-\w+-\w+\n){4}$/);
    expect(await out('get pods -o wide')).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES$/m);
    expect(await out('get pods --show-labels')).toContain('LABELS');
    expect(await out('get pods --sort-by {.metadata.name}')).toContain('shop-');
    expect(await out('get deployment shop -o custom-columns=N:.metadata.name,R:.spec.replicas')).toMatch(/^N +R\nshop +4\n$/);
    expect(await out(['get', 'deployment', 'shop', '-o', 'go-template={{.spec.replicas}}'])).toBe('4');
    expect(JSON.parse(await out('get deployment shop -o json'))).toMatchObject({ kind: 'Deployment', apiVersion: 'apps/v1', spec: { replicas: 4 } });
    expect(await out('get all')).toContain('deployment.apps/shop');
    expect(await out('get pods -A')).toContain('kube-system');
    expect(await out('get deployment shop --subresource status -o jsonpath={.status.replicas}')).toBe('4');
    for (const words of ['describe deployment shop', 'describe service shop', 'describe pods -l app=shop', 'describe node node-1', `describe namespace ${namespace}`, 'describe configmap cm'])
      expect(await out(words)).toMatch(/^Name: +/);
    expect(await out('events --for deployment/shop')).toContain('ScalingReplicaSet');
    expect(await out('explain deployment.spec.strategy')).toMatch(/^GROUP: +apps\nKIND: +Deployment\nVERSION: +v1\n/);
  });

  test('watches', async () => {
    const watching = inside(['get', 'configmaps', '-w', '-o', 'name', '--request-timeout', '4s']);
    await out('create configmap watched --from-literal=a=1');
    expect((await watching).out.split('\n')).toEqual(expect.arrayContaining(['configmap/cm', 'configmap/watched']));
  });

  test('changes objects', async () => {
    expect(await out('label configmap cm tier=front')).toBe('configmap/cm labeled\n');
    expect(await out('annotate configmap cm note=hi')).toBe('configmap/cm annotated\n');
    expect(await out(['patch', 'configmap', 'cm', '-p', '{"data":{"a":"c"}}'])).toBe('configmap/cm patched\n');
    expect(await out(['patch', 'configmap', 'cm', '--type', 'json', '-p', '[{"op":"replace","path":"/data/a","value":"d"}]'])).toBe('configmap/cm patched\n');
    expect(await out(['patch', 'deployment', 'shop', '--subresource', 'scale', '--type', 'merge', '-p', '{"spec":{"replicas":3}}'])).toContain('patched');
    expect(await out('scale deployment shop --replicas 2')).toBe('deployment.apps/shop scaled\n');
    expect(await out('scale deployment shop --current-replicas 2 --replicas 3')).toBe('deployment.apps/shop scaled\n');
    expect(await out('set image deployment/shop web=nginx:1.29')).toBe('deployment.apps/shop image updated\n');
    expect(await out('set env deployment/shop COLOR=blue')).toBe('deployment.apps/shop env updated\n');
    expect(await out('set resources deployment/shop --requests cpu=50m')).toBe('deployment.apps/shop resource requirements updated\n');
    expect(await out('expose deployment shop --name exposed --port 8080 --target-port 80')).toBe('service/exposed exposed\n');
    const name = `edge-${release}`;
    expect(await out(`taint node node-3 ${name}=yes:PreferNoSchedule`)).toBe('node/node-3 tainted\n');
    expect(await out(`taint node node-3 ${name}-`)).toBe('node/node-3 untainted\n');
  });

  test('rolls out, back, and waits', async () => {
    expect(await out('rollout status deployment/shop --timeout 60s')).toContain('successfully rolled out');
    expect(await out('rollout history deployment/shop')).toMatch(/^deployment\.apps\/shop \nREVISION +CHANGE-CAUSE\n1 /);
    expect(await out('rollout undo deployment/shop --to-revision 1')).toBe('deployment.apps/shop rolled back\n');
    expect(await out('rollout pause deployment/shop')).toBe('deployment.apps/shop paused\n');
    expect(await out('rollout resume deployment/shop')).toBe('deployment.apps/shop resumed\n');
    expect(await out('rollout restart deployment/shop')).toBe('deployment.apps/shop restarted\n');
    expect(await out('rollout status deployment/shop --timeout 60s')).toContain('successfully rolled out');
    expect(await out('wait --for=condition=Available deployment/shop --timeout 30s')).toBe('deployment.apps/shop condition met\n');
    expect(await out('wait --for=condition=complete job/once --timeout 60s')).toBe('job.batch/once condition met\n');
    expect(await out('wait --for=create configmap/cm --timeout 10s')).toBe('configmap/cm condition met\n');
  });

  test('talks with containers', async () => {
    expect(await out(['run', 'talker', '--image', 'busybox:1.36', '--', 'sh', '-c', 'echo ready; sleep 100000'])).toBe('pod/talker created\n');
    expect(await out('wait --for=condition=Ready pod/talker --timeout 30s')).toBe('pod/talker condition met\n');
    expect(await out('logs talker')).toBe('ready\n');
    expect(await out('logs talker --tail 1 --timestamps')).toMatch(/^\d{4}-\d\d-\d\dT\S+Z ready\n$/);
    expect(await out('logs job/once')).toBe('done\n');
    expect(await out('exec talker -- echo hi')).toBe('hi\n');
    expect(await inside(['exec', 'talker', '--', 'sh', '-c', 'echo oops >&2; exit 7'])).toMatchObject({ code: 7, err: expect.stringContaining('oops') });
    expect(await out('exec -i talker -- cat', { input: 'through stdin\n' })).toBe('through stdin\n');
    const local = file('local.txt', 'carried\n');
    expect(await inside(['cp', local, 'talker:/tmp/there.txt'])).toMatchObject({ code: 0 });
    expect(await out('exec talker -- cat /tmp/there.txt')).toBe('carried\n');
    const back = join(served.folder, `${release}-back.txt`);
    expect(await inside(['cp', 'talker:/tmp/there.txt', back])).toMatchObject({ code: 0 });
    expect(readFileSync(back, 'utf8')).toBe('carried\n');
    expect((await out(['run', 'passing', '-i', '--rm', '--image', 'busybox:1.36', '--restart', 'Never', '--', 'cat'], { input: 'in and out\n' })).startsWith('in and out\n')).toBe(true);
    expect(await out('debug talker --image busybox:1.36 -c helper -- sleep 1000')).toBeDefined();
    expect(await out('get pod talker -o jsonpath={.spec.ephemeralContainers[*].name}')).toBe('helper');
    expect(await out('debug talker --copy-to talker-copy --image busybox:1.36 -c extra -- sleep 1000')).toBeDefined();
    expect(await out('get pod talker-copy -o jsonpath={.spec.containers[*].name}')).toBe('talker extra');
    expect(await inside('debug node/node-1 --image busybox:1.36 -- sleep 10')).toMatchObject({ code: 0 });
  });

  test.each(['deployment/shop', 'service/shop'])('forwards a port to %s', async (target) => {
    const words = ['--kubeconfig', served.kubeconfig, '--namespace', namespace, 'port-forward', target, ':80'];
    const { match, stop } = await begin(binary(release, 'kubectl'), words, /Forwarding from 127\.0\.0\.1:(\d+) -> 80/);
    const answers = await Promise.all([1, 2, 3].map(async () => (await fetch(`http://127.0.0.1:${match[1]}/`)).text()));
    stop();
    for (const answer of answers) expect(answer).toContain('Welcome to nginx');
  });

  test('asks who may do what', async () => {
    expect(await out('auth can-i create pods')).toBe('yes\n');
    expect(await out('auth can-i --list')).toContain('*.*');
    expect(await out('auth whoami')).toMatch(/Username +kubernetes-admin/);
    expect(await out('auth whoami --as jane --as-group team')).toMatch(/Username +jane/);
    const roles = file('roles.yaml', `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reconciled, namespace: `
      + `${namespace}}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n`);
    expect(await out(['auth', 'reconcile', '-f', roles])).toContain('role.rbac.authorization.k8s.io/reconciled reconciled');
  });

  test('deletes and drains', async () => {
    expect(await out('delete configmap cm')).toContain('configmap "cm" deleted');
    expect(await out('delete pod talker --now')).toContain('pod "talker" deleted');
    expect(await out('delete deployment gen --cascade=foreground')).toContain('deployment.apps "gen" deleted');
    expect(await inside('wait --for=delete deployment/gen --timeout 30s')).toMatchObject({ code: 0 });
    expect(await out('cordon node-2')).toBe('node/node-2 cordoned\n');
    expect(await out('drain node-2 --ignore-daemonsets --delete-emptydir-data --force --timeout 100s')).toContain('node/node-2 drained');
    expect(await out('uncordon node-2')).toBe('node/node-2 uncordoned\n');
    expect((await kubectl(['delete', 'namespace', namespace, '--timeout', '100s'])).out).toBe(`namespace "${namespace}" deleted\n`);
  });
});

test('one line on stdout, and nothing else', () => {
  expect(served.printed()).toBe(`Kubernetes API listening on ${served.url}\n`);
});
