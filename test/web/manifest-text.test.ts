import { describe, expect, test } from 'vitest';
import { StatusError } from '../../src/api/status';
import { placed } from '../../web/lib/dry-run';
import { readManifest } from '../../web/lib/manifest-text';

const text = `apiVersion: v1
kind: Service
metadata:
  name: web
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    example.com/owner.name: me
spec:
  replicas: three
  template:
    spec:
      containers:
        - name: nginx
          imag: nginx
        - name: sidecar
          ports:
            - containerPort: 80
`;
const place = (path: string) => readManifest(text).parts[1]?.place(path);

describe('where a field stands', () => {
  test('a value is marked where it is written', () => {
    expect(place('spec.replicas')).toEqual({ line: 13, column: 13, endColumn: 18 });
    expect(place('spec.template.spec.containers[1].ports[0].containerPort')).toMatchObject({ line: 21 });
  });

  test('a field that holds more is marked at its key', () => {
    expect(place('spec.template')).toEqual({ line: 14, column: 3, endColumn: 11 });
  });

  test('keys with dots in them are found', () => {
    expect(place('metadata.annotations[example.com/owner.name]')).toMatchObject({ line: 11 });
  });

  test('what is missing is marked at the nearest thing above it', () => {
    expect(place('spec.selector')).toMatchObject({ line: 12 });
    expect(place('spec.template.metadata.labels')).toMatchObject({ line: 14 });
  });

  test('a path without indices is looked for in each item', () => {
    expect(place('spec.template.spec.containers.imag')).toMatchObject({ line: 18 });
  });
});

describe('text that is no YAML', () => {
  test('the mistake is told with its line, and the other documents are still read', () => {
    const { parts, problems } = readManifest('kind: Pod\nmetadata: {name: a\n---\nkind: Pod\n');
    expect(problems[0]).toMatchObject({ severity: 'error' });
    expect(parts.length).toBeLessThan(2);
  });

  test('a document that is no object is a mistake', () => {
    expect(readManifest('- a\n- b\n').problems).toHaveLength(1);
    expect(readManifest('---\n# nothing\n').problems).toEqual([]);
  });
});

describe('what a refusal is about', () => {
  test('unknown fields come one by one', () => {
    const refusal = new StatusError('BadRequest', 'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replcas", unknown field "spec.foo"');
    expect(placed(refusal)).toEqual([
      { path: 'spec.replcas', message: 'unknown field "spec.replcas"' },
      { path: 'spec.foo', message: 'unknown field "spec.foo"' },
    ]);
  });

  test('a wrong type is placed by the path in Go’s message', () => {
    const message = 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32';
    expect(placed(new StatusError('BadRequest', message))).toEqual([{ path: 'spec.replicas', message }]);
  });

  test('causes name their field', () => {
    const refusal = new StatusError('Invalid', 'x', { causes: [{ field: 'spec.selector', message: 'Required value', reason: 'FieldValueRequired' }] });
    expect(placed(refusal)).toEqual([{ path: 'spec.selector', message: 'spec.selector: Required value' }]);
  });
});
