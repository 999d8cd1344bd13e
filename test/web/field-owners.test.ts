import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/types';
import { ownersOfFields } from '../../web/lib/field-owners';

test('managed fields become paths, list items go by their keys', () => {
  const fieldsV1 = { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:containers': { 'k:{"name":"nginx"}': { '.': {}, 'f:image': {} } }, 'f:finalizers': { 'v:"a/b"': {} } } };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { managedFields: [{ manager: 'kubectl', operation: 'Apply', fieldsV1 }] } } as unknown as KubeObject; // metadata as far as it is read
  expect(ownersOfFields(object)).toEqual([{
    manager: 'kubectl', operation: 'Apply', subresource: '', time: '',
    fields: ['metadata.labels.app', 'spec.containers[name=nginx].image', 'spec.finalizers["a/b"]'],
  }]);
});
