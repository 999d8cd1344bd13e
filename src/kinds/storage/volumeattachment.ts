import { forbiddenField, invalidValue, required, tooLong } from '../../api/status';
import { semanticallyEqual } from '../../lib/equality';
import { isDNS1123Subdomain, utf8Length } from '../../lib/names';
import type { VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentStatus } from '../../schema/types';
import { inlineVolumeRules } from '../core/persistentvolume-rules';
import { defineKind, type RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { named, type Errors } from '../rule-parts';
import { driverNameRules } from './driver-name';

const maxMetadataBytes = 256 * 1024;
const maxMessageBytes = 1024;
const either = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function* attachmentRules({ spec, status }: VolumeAttachment, { previous }: RuleContext<VolumeAttachment>): Errors {
  if (!spec.attacher) yield required('spec.attacher');
  yield* sourceRules(spec.source, 'spec.source');
  yield* named(isDNS1123Subdomain, 'spec.nodeName', spec.nodeName);
  yield* statusRules(status);
  if (previous) {
    if (!semanticallyEqual(spec, previous.spec)) yield invalidValue('spec', internalForm('VolumeAttachmentSpec', spec), 'field is immutable');
    return;
  }
  yield* driverNameRules(spec.attacher, 'spec.attacher');
  const volume = spec.source.persistentVolumeName;
  if (volume !== undefined) yield* named(isDNS1123Subdomain, 'spec.source.persistentVolumeName', volume);
}

function* sourceRules({ inlineVolumeSpec, persistentVolumeName }: VolumeAttachmentSource, at: string): Errors {
  if (!inlineVolumeSpec && persistentVolumeName === undefined) yield required(at, either);
  else if (inlineVolumeSpec && persistentVolumeName !== undefined) yield forbiddenField(at, either);
  else if (inlineVolumeSpec) yield* inlineVolumeRules(inlineVolumeSpec, `${at}.inlineVolumeSpec`);
  else if (persistentVolumeName === '') yield required(`${at}.persistentVolumeName`, 'must specify non empty persistentVolumeName');
}

function* statusRules({ attachmentMetadata = {}, attachError, detachError }: Partial<VolumeAttachmentStatus> = {}): Errors {
  const bytes = Object.entries(attachmentMetadata).reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (bytes > maxMetadataBytes) yield tooLong('status.attachmentMetadata', maxMetadataBytes);
  for (const [field, error] of [['attachError', attachError], ['detachError', detachError]] as const)
    if (utf8Length(error?.message ?? '') > maxMessageBytes) yield tooLong(`status.${field}.message`, maxMetadataBytes);
}

export const VolumeAttachments = defineKind<VolumeAttachment>('volumeattachments.storage.k8s.io', {
  rules: attachmentRules,
  partRules: ({ status }) => statusRules(status),
});
