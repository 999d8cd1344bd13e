import { invalidValue, type FieldError } from '../../api/status';
import type { Lease } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';

function* rules({ spec }: Lease): Iterable<FieldError> {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, holderIdentity } = spec;
  if (duration !== undefined && duration <= 0) yield invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0');
  if (transitions !== undefined && transitions < 0) yield invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
  if (holderIdentity === '') yield invalidValue('spec.holderIdentity', holderIdentity, 'must not be empty');
}

export const Leases = defineKind<Lease>('leases.coordination.k8s.io', {
  rules,
  columns: [nameColumn, { name: 'Holder', value: ({ spec }) => spec.holderIdentity ?? '' }, ageColumn],
});
