import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byNaturalOrder } from '../../src/lib/yaml';
import { toJson } from '../../src/kubectl/printers/json';
import { TabWriter, tabbed } from '../../src/kubectl/printers/tab-writer';
import { annotations, Description, labels, longTime } from '../../src/kubectl/describe/writer';
import { World } from './world';

describe('cells line up as Go lines them up', () => {
  test(
    'a column is as wide as its widest cell, and the last cell is left alone',
    () => expect(tabbed('a\tbb\tc\nddd\te\tf\n', { padding: 3 })).toBe('a     bb   c\nddd   e    f\n'),
  );
  test('columns have a least width', () => expect(tabbed('a\tb\n', { minWidth: 6, padding: 3 })).toBe('a     b\n'));
  test('a line without the cell ends a block', () => expect(tabbed('a\t1\nlong:\nlonger\t2\n')).toBe('a  1\nlong:\nlonger  2\n'));
  test('widths are remembered between two prints', () => {
    const writer = new TabWriter({ minWidth: 6, padding: 3, rememberWidths: true });
    writer.write('wide-name\tx\n');
    expect(writer.flush()).toBe('wide-name   x\n');
    writer.write('a\ty\n');
    expect(writer.flush()).toBe('a           y\n');
  });
  test('rows of one shape line up, whatever their cells are', () => {
    const cell = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'é', ' ') });
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const width = Math.max(...rows.map(([first]) => [...first].length)) + 2;
      expect(tabbed(rows.map(([a, b]) => `${a}\t${b}\n`).join(''))).toBe(rows.map(([a, b]) => `${a}${' '.repeat(width - [...a].length)}${b}\n`).join(''));
    }));
  });
});

test('JSON has its keys in order and escapes as Go does', () => {
  expect(toJson({ b: [1, {}], a: '<&>', c: [] })).toBe('{"a":"\\u003c\\u0026\\u003e","b":[1,{}],"c":[]}');
  expect(toJson({ b: 1, a: { c: [1] } }, '  ')).toBe('{\n  "a": {\n    "c": [\n      1\n    ]\n  },\n  "b": 1\n}');
  fc.assert(fc.property(fc.jsonValue(), (value) => { expect(JSON.parse(toJson(value))).toEqual(JSON.parse(JSON.stringify(value))); }));
});

test('natural order counts numbers inside names', () => expect(['x10', 'x9', 'a', 'x'].sort(byNaturalOrder)).toEqual(['a', 'x', 'x9', 'x10']));

describe('descriptions', () => {
  test('labels stand below each other', () => {
    const out = new Description();
    labels(out, 'Labels', { b: '2', a: '1' });
    labels(out, 'None', {});
    expect(out.toString()).toBe('Labels:  a=1\n         b=2\nNone:    <none>\n');
  });
  test('a long annotation goes below its key, and apply leaves no trace', () => {
    const out = new Description();
    annotations(out, 'Annotations', { 'kubectl.kubernetes.io/last-applied-configuration': '{}', long: 'x'.repeat(150), short: 'y' });
    expect(out.toString()).toBe(`Annotations:  long:\n                ${'x'.repeat(138)}...\n              short: y\n`);
  });
  test('times are long', () => expect(longTime('2026-11-21T09:02:20Z')).toBe('Sat, 21 Nov 2026 09:02:20 +0000'));
});

describe('generators make what the real ones make', () => {
  test.each<[string, string]>([
    [
      'create deployment x --image=nginx:1 --replicas=2 --port=80',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: x\n  name: x\nspec:\n  replicas: 2\n  selector:\n'
        + '    matchLabels:\n      app: x\n  strategy: {}\n  template:\n    metadata:\n      labels:\n        app: x\n    spec:\n'
        + '      containers:\n      - image: nginx:1\n        name: nginx\n        ports:\n        - containerPort: 80\n'
        + '        resources: {}\nstatus: {}\n',
    ],
    [
      'create service clusterip x --tcp=80:8080',
      'apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    app: x\n  name: x\nspec:\n  ports:\n  - name: 80-8080\n    port: 80\n'
        + '    protocol: TCP\n    targetPort: 8080\n  selector:\n    app: x\n  type: ClusterIP\nstatus:\n  loadBalancer: {}\n',
    ],
    ['create secret generic x --from-literal=a=b', 'apiVersion: v1\ndata:\n  a: Yg==\nkind: Secret\nmetadata:\n  name: x\n'],
    ['create cm x --from-env-file=e.env --dry-run=client', 'apiVersion: v1\ndata:\n  A: "1"\n  B: two\nkind: ConfigMap\nmetadata:\n  name: x\n'],
    [
      'run x --image=a --port=80 --env=A=b --labels=a=b --restart=Never',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    a: b\n  name: x\nspec:\n  containers:\n  - env:\n    - name: A\n'
        + '      value: b\n    image: a\n    name: x\n    ports:\n    - containerPort: 80\n    resources: {}\n  dnsPolicy: ClusterFirst\n'
        + '  restartPolicy: Never\nstatus: {}\n',
    ],
    [
      'create role r --verb=get,list --resource=pods,deployments.apps',
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: r\nrules:\n- apiGroups:\n  - ""\n  resources:\n  - pods\n'
        + '  verbs:\n  - get\n  - list\n- apiGroups:\n  - apps\n  resources:\n  - deployments\n  verbs:\n  - get\n  - list\n',
    ],
    [
      'create job j --image=busybox -- echo hi',
      'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: j\nspec:\n  template:\n    metadata: {}\n    spec:\n      containers:\n'
        + '      - command:\n        - echo\n        - hi\n        image: busybox\n        name: j\n        resources: {}\n'
        + '      restartPolicy: Never\nstatus: {}\n',
    ],
  ])('%s', async (line, out) => {
    const [head = '', ...command] = line.split(' -- ');
    const whole = `${head} --dry-run=client -o yaml${command.length > 0 ? ` -- ${command.join(' ')}` : ''}`;
    expect(await new World({ 'e.env': 'A=1\n# no\nB=two\n' }).run(whole)).toEqual({ out, err: '', code: 0 });
  });
});
