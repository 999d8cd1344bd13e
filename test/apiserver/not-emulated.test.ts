import { expect, test } from 'vitest';
import { VolumeAttachments } from '../../src/kinds/storage/volumeattachment';
import { startServer } from './start';

const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'redis' }] } };
const attachment = { metadata: { name: 'a' }, spec: { attacher: 'x.example', nodeName: 'n', source: { persistentVolumeName: 'p' } } };

test('a kind without a controller is stored, and its creator is told', () => {
  const { call } = startServer();
  const { code, warnings } = call({ verb: 'create', resource: VolumeAttachments.resource, body: attachment });
  expect([code, warnings]).toEqual([201, ['podarium: VolumeAttachment is stored and listed; there is no controller here yet that acts on it']]);
});

test('so is who asks for confinement; placement by other pods is real', () => {
  const { call } = startServer();
  const topologySpreadConstraints = [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'db' } } }];
  const pod = (rest: object) => call({ verb: 'create', resource: 'pods', namespace: 'default', body: { metadata: { generateName: 'p-' }, spec: { ...template.spec, ...rest } } }).warnings;
  expect(pod({ topologySpreadConstraints })).toEqual([]);
  expect(pod({ securityContext: { runAsUser: 1000 } })).toEqual(['podarium: spec.securityContext is not emulated: containers run as root and unconfined']);
  expect(pod({})).toEqual([]);
});
