import { describe, expect, test } from 'vitest';
import { World } from './world';

const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;
const kuard = 'apiVersion: extensions/v1beta1\nkind: ReplicaSet\nmetadata: {name: kuard}\nspec: {replicas: 1}\n';
const pod = (name: string, extra = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, labels: {app: ${name}}}\nspec: {containers: [{name: a, image: nginx${extra}}]}\n`;
const ok = (out: string) => ({ out, err: '', code: 0 });
const failed = (err: string) => ({ out: '', err, code: 1 });

describe('apply', () => {
  test('creates, leaves alone, and changes what differs', async () => {
    const world = new World({ 'web.yaml': web, 'more.yaml': web.replace('replicas: 3', 'replicas: 5') });
    expect(await world.run('apply -f web.yaml')).toEqual(ok('deployment.apps/web created\nservice/web created\n'));
    expect(await world.run('apply -f web.yaml')).toEqual(ok('deployment.apps/web unchanged\nservice/web unchanged\n'));
    expect(await world.run('apply -f more.yaml')).toEqual(ok('deployment.apps/web configured\nservice/web unchanged\n'));
    expect(await world.run("get deploy web -o jsonpath='{.spec.replicas}'")).toEqual(ok('5'));
  });

  test('removes what was once applied and is no longer in the manifest, and keeps what others added', async () => {
    const labelled = (labels: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {${labels}}}\n`;
    const world = new World({ 'a.yaml': labelled('one: "1", two: "2"'), 'b.yaml': labelled('one: "1"') });
    await world.run('apply -f a.yaml');
    await world.run('label cm c theirs=kept');
    expect(await world.run('apply -f b.yaml')).toEqual(ok('configmap/c configured\n'));
    expect((await world.run('get cm c --show-labels --no-headers')).out).toMatch(/one=1,theirs=kept\n$/);
  });

  test('a version that is no longer served is refused as a current cluster refuses it', async () => {
    const world = new World({ 'f.yaml': kuard });
    expect(await world.run('apply -f f.yaml')).toEqual(failed(
      'error: resource mapping not found for name: "kuard" namespace: "" from "f.yaml": no matches for kind "ReplicaSet" in version "extensions/v1beta1"\n'
        + 'ensure CRDs are installed first\n'));
  });

  test.each<[string, string, string]>([
    [
      'an unknown field', pod('x', ', foo: 1'),
      'Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].foo"\n',
    ],
    ['a bad name', pod('X_y'), 'The Pod "X_y" is invalid: metadata.name: Invalid value: "X_y": '],
    [
      'no kind', 'apiVersion: v1\nmetadata: {name: x}\n',
      'error: error validating "STDIN": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false\n',
    ],
    [
      'no object', 'hello',
      'error: error validating "STDIN": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false\n',
    ],
    ['broken YAML', 'a: b: c\n', 'error: error parsing STDIN: error converting YAML to JSON: yaml: line 1: mapping values are not allowed in this context\n'],
    ['nothing', '\n', 'error: no objects passed to apply\n'],
  ])('%s', async (_, manifest, message) => {
    const { out, err, code } = await new World().run('apply -f -', manifest);
    expect({ out, code }).toEqual({ out: '', code: 1 });
    expect(err).toContain(message);
  });

  test('what is good in a file is applied, what is not is told', async () => {
    const world = new World({ 'all.yaml': `${web}---\n${kuard}` });
    const { out, err, code } = await world.run('apply -f all.yaml');
    expect(out).toBe('deployment.apps/web created\nservice/web created\n');
    expect(err).toMatch(/^error: resource mapping not found for name: "kuard"/);
    expect(code).toBe(1);
  });

  test('an object made without apply gets a warning and its annotation', async () => {
    const world = new World({ 'web.yaml': web });
    await world.run('create -f web.yaml');
    const { out, err } = await world.run('apply -f web.yaml');
    expect(err).toContain('Warning: resource deployments/web is missing the kubectl.kubernetes.io/last-applied-configuration annotation');
    expect(out).toBe('deployment.apps/web configured\nservice/web configured\n');
  });

  test('several mistakes are listed', async () => {
    const { err } = await new World().run(
      'create -f -', 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: A}], restartPolicy: Never}\n',
    );
    expect(err).toMatch(/^The Pod "x" is invalid: \n\* spec\.containers\[0\]\.name: Invalid value: "A": .*\n\* spec\.containers\[0\]\.image: Required value\n$/);
  });

  test.each([
    ['--force-conflicts', '--force-conflicts only works with --server-side'],
    ['--server-side --dry-run=client', "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"],
      ['--prune', '--prune is not supported here'], ['-k dir', 'kustomize is not supported here'],
  ])('%s is refused', async (flag, message) => {
    const { err, code } = await new World({ 'web.yaml': web }).run(`apply -f web.yaml ${flag}`);
    expect({ err, code }).toEqual({ err: expect.stringContaining(message), code: 1 });
  });

  test('in the server: what others own is a conflict unless it is forced, and owners are shown when asked for', async () => {
    const manifest = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "${value}"}\n`;
    const world = new World({ 'one.yaml': manifest('1'), 'two.yaml': manifest('2') });
    expect((await world.run('apply -f one.yaml --server-side')).out).toBe('configmap/c serverside-applied\n');
    const refused = await world.run('apply -f two.yaml --server-side --field-manager other');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^error: Apply failed with 1 conflict: conflict with "kubectl": \.data\.a\nPlease review the fields above--they currently have other managers\. Here\n/);
    expect((await world.run('apply -f two.yaml --server-side --field-manager other --force-conflicts')).out).toBe('configmap/c serverside-applied\n');
    expect((await world.run('get cm c -o yaml')).out).not.toContain('managedFields');
    expect((await world.run("get cm c --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}")).out).toBe('other');
  });

  test('in the server, what had been applied by the client comes along: what the manifest has no longer goes', async () => {
    const both = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: "1", b: "2"}\n';
    const world = new World({ 'both.yaml': both, 'one.yaml': both.replace(', b: "2"', '') });
    await world.run('apply -f both.yaml');
    expect((await world.run('apply -f one.yaml --server-side')).out).toBe('configmap/c serverside-applied\n');
    expect((await world.run('get cm c -o jsonpath={.data}')).out).toBe('{"a":"1"}');
    expect((await world.run('get cm c --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}')).out).toBe('kubectl-last-applied kubectl');
      // who changed nothing has no time, and stands first
  });

  test('a dry run changes nothing', async () => {
    const world = new World({ 'web.yaml': web });
    expect((await world.run('apply -f web.yaml --dry-run=client')).out).toBe('deployment.apps/web created (dry run)\nservice/web created (dry run)\n');
    expect((await world.run('apply -f web.yaml --dry-run=server')).out).toBe('deployment.apps/web created (server dry run)\nservice/web created (server dry run)\n');
    expect(await world.run('get deploy')).toEqual({ out: '', err: 'No resources found in default namespace.\n', code: 0 });
  });
});

describe('get', () => {
  const filled = async () => {
    const world = new World({ 'pods.yaml': `${pod('p1')}---\n${pod('p2')}`, 'web.yaml': web });
    await world.run('apply -f pods.yaml -f web.yaml');
    return world;
  };

  test.each<[string, string]>([
    ['get pods', 'NAME   READY   STATUS    RESTARTS   AGE\np1     0/1     Pending   0          0s\np2     0/1     Pending   0          0s\n'],
    ['get po p2 --no-headers', 'p2    0/1   Pending   0     0s\n'],
    [
      'get pods -L app',
      'NAME   READY   STATUS    RESTARTS   AGE   APP\np1     0/1     Pending   0          0s    p1\np2     0/1     Pending   0          0s    p2\n',
    ],
    [
      'get pod,deploy',
      'NAME     READY   STATUS    RESTARTS   AGE\npod/p1   0/1     Pending   0          0s\npod/p2   0/1     Pending   0          0s\n\n'
        + 'NAME                  READY   UP-TO-DATE   AVAILABLE   AGE\ndeployment.apps/web   0/3     0            0           0s\n',
    ],
    ['get pods -o name', 'pod/p1\npod/p2\n'],
    ['get pods -l app=p2 -o name', 'pod/p2\n'],
    ["get pods -o jsonpath='{.items[*].metadata.name}'", 'p1 p2'],
    ["get pod p1 -o jsonpath='{.spec.containers[0].image}'", 'nginx'],
    [
      'get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image,NODE:.spec.nodeName',
      'NAME   IMAGE   NODE\np1     nginx   <none>\np2     nginx   <none>\n',
    ],
    ['get PODS p1 -o name', 'pod/p1\n'],
    ['get deployments.v1.apps web -o name', 'deployment.apps/web\n'],
    ['get pods -n kube-system --ignore-not-found nope', ''],
  ])('%s', async (line, out) => { expect(await (await filled()).run(line)).toEqual(ok(out)); });

  test.each<[string, string]>([
    ['get foo', 'error: the server doesn\'t have a resource type "foo"\n'],
    ['get pods nope', 'Error from server (NotFound): pods "nope" not found\n'],
    ['get pods a b', 'Error from server (NotFound): pods "a" not found\nError from server (NotFound): pods "b" not found\n'],
    ['get pods -z', "error: unknown shorthand flag: 'z' in -z\nSee 'kubectl get --help' for usage.\n"],
    ['get pods p1 -l a=b', 'error: name cannot be provided when a selector is specified\n'],
    ['get pods p1 -A', 'error: a resource cannot be retrieved by name across all namespaces\n'],
    [
      'get pods pod/p1',
      "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form "
        + "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n",
    ],
    ['foo', 'error: unknown command "foo" for "kubectl"\n\nDid you mean this?\n\ttop\n'],
    [
      'get pods -l "a in (b"',
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "a in (b", field selector "": unable to parse requirement: found \'\', expected: \',\' or \')\'\n',
    ],
  ])('%s fails', async (line, err) => expect(await (await filled()).run(line)).toEqual(failed(err)));
});

describe('the other writers', () => {
  test('a session of changes', async () => {
    const world = new World({ 'web.yaml': web, 'p.yaml': pod('p1') });
    await world.run('apply -f web.yaml -f p.yaml');
    const lines: readonly (readonly [string, string])[] = [
      ['scale deploy web --replicas=5', 'deployment.apps/web scaled\n'],
      ['label pod p1 tier=front', 'pod/p1 labeled\n'],
      ['label pod p1 tier=front', 'pod/p1 not labeled\n'],
      ['label pod p1 tier-', 'pod/p1 unlabeled\n'],
      ['annotate pod p1 note=hello', 'pod/p1 annotated\n'],
      ["patch deploy web -p '{\"spec\":{\"replicas\":2}}'", 'deployment.apps/web patched\n'],
      ["patch deploy web -p '{\"spec\":{\"replicas\":2}}'", 'deployment.apps/web patched (no change)\n'],
      ['set image deploy/web nginx=nginx:1.28', 'deployment.apps/web image updated\n'],
      ['set env deploy/web A=b', 'deployment.apps/web env updated\n'],
      ['rollout pause deploy/web', 'deployment.apps/web paused\n'],
      ['rollout resume deploy/web', 'deployment.apps/web resumed\n'],
      ['rollout restart deploy/web', 'deployment.apps/web restarted\n'],
      ['expose deploy web --port=80 --name=web2', 'service/web2 exposed\n'],
      ['run r1 --image=nginx', 'pod/r1 created\n'],
      ['create ns foo', 'namespace/foo created\n'],
      ['create cm c --from-literal=a=b -n foo', 'configmap/c created\n'],
      ['delete deploy web', 'deployment.apps "web" deleted from default namespace\n'],
      ['delete svc web web2', 'service "web" deleted from default namespace\nservice "web2" deleted from default namespace\n'],
      ['delete pod p1 -o name', 'pod/p1\n'],
    ];
    for (const [line, out] of lines) expect({ line, ...await world.run(line) }).toEqual({ line, ...ok(out) });
  });

  test.each<[string, string]>([
    [
      'scale deploy web --replicas=x',
      "error: invalid argument \"x\" for \"--replicas\" flag: strconv.ParseInt: parsing \"x\": invalid syntax\nSee 'kubectl scale --help' for usage.\n",
    ],
    ['scale deploy web', 'error: required flag(s) "replicas" not set\n'],
    ['scale deploy/web --current-replicas=9 --replicas=2', 'error: Expected replicas to be 9, was 3\n'],
    ['delete pods', 'error: resource(s) were provided, but no name was specified\n'],
    ['delete pod nope', 'Error from server (NotFound): pods "nope" not found\n'],
    ['label pod nope a=b', 'Error from server (NotFound): pods "nope" not found\n'],
    ['create deployment web --image=nginx', 'error: failed to create deployment: deployments.apps "web" already exists\n'],
    ['create deployment x', 'error: required flag(s) "image" not set\n'],
    ['rollout resume deploy/web', 'error: deployments.apps "web" is not paused\n'],
    ['logs nope', 'error: error from server (NotFound): pods "nope" not found in namespace "default"\n'],
    ['top pods', 'error: Metrics API not available\n'],
    ['config use-context foo', 'error: no context exists with the name: "foo"\n'],
    ['apply', 'error: must specify one of -f and -k\n'],
  ])('%s', async (line, err) => {
    const world = new World({ 'web.yaml': web });
    await world.run('apply -f web.yaml');
    expect(await world.run(line)).toEqual(failed(err));
  });

  test('wait gives up in virtual time, or sees what it waits for', async () => {
    const world = new World({ 'p.yaml': pod('p1') });
    await world.run('apply -f p.yaml');
    expect(await world.run('wait --for=condition=Ready pod/p1 --timeout=5s')).toEqual(failed('error: timed out waiting for the condition on pods/p1\n'));
    expect(await world.run("wait --for=jsonpath='{.status.phase}'=Pending pod/p1")).toEqual(ok('pod/p1 condition met\n'));
    expect(await world.run('wait --for=delete pod/nope')).toEqual(ok(''));
  });

  test('the namespace of the context holds for later commands', async () => {
    const world = new World();
    await world.run('create ns foo');
    expect((await world.run('config set-context --current --namespace=foo')).out).toBe('Context "kubernetes-admin@kubernetes" modified.\n');
    expect(await world.run('get pods')).toEqual({ out: '', err: 'No resources found in foo namespace.\n', code: 0 });
    expect((await world.run('config current-context')).out).toBe('kubernetes-admin@kubernetes\n');
  });

  test('edit sends only what was changed, and comes back with the complaint', async () => {
    const world = new World({ 'web.yaml': web });
    await world.run('apply -f web.yaml');
    const texts: string[] = [];
    const edit = async (text: string) => {
      texts.push(text);
      return texts.length === 1 ? text.replace('replicas: 3', 'replicas: -1') : text.replace('replicas: -1', 'replicas: 4');
    };
    expect(await world.run('edit deploy web', '', { edit })).toEqual(ok('deployment.apps/web edited\n'));
    expect(texts[1]).toContain('# Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1');
    expect((await world.run("get deploy web -o jsonpath='{.spec.replicas}'")).out).toBe('4');
  });
});
