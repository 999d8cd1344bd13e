import type { Kind } from '../../kinds/define';
import { fieldElement } from '../../schema/field-set/element';
import { fieldSet, noFields, type FieldSet } from '../../schema/field-set/set';

const fields = (...paths: readonly string[]): FieldSet => fieldSet(...paths.map((path) => path.split('.').map(fieldElement)));

const status = fields('status');
const spec = fields('spec');

/** What a write through a subresource resets, where that is not just the spec. */
const special: Readonly<Record<string, FieldSet>> = {
  'pods/status': fields('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'),
  'deployments.apps/status': fields('spec', 'metadata.labels'),
  'customresourcedefinitions.apiextensions.k8s.io/status': fields('metadata', 'spec'),
  'apiservices.apiregistration.k8s.io/status': fields('spec', 'metadata'),
  'validatingadmissionpolicies.admissionregistration.k8s.io/status': fields('spec', 'metadata'),
  'resourceclaims.resource.k8s.io/status': fields('metadata', 'spec'),
  'certificatesigningrequests.certificates.k8s.io': fields('spec', 'status'),
  'certificatesigningrequests.certificates.k8s.io/status': fields('spec', 'status.conditions'),
};

/** The fields that a kind's strategy puts back to what is stored, so that nobody comes to own them by such a write. */
export function resetFields({ resource, facts }: Kind, subresource: string): FieldSet {
  const found = special[subresource ? `${resource}/${subresource}` : resource];
  if (found) return found;
  if (subresource === 'status') return spec;
  return facts.subresources.some(({ name }) => name === 'status') ? status : noFields;
}
