import { required } from '../../api/status';
import { isDNS1123Subdomain, isPathSegmentName } from '../../lib/names';
import type { IPAddress } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind, type Column, type RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { immutable, named, requiredName, type Errors } from '../rule-parts';

function* addressRules({ spec: { parentRef } }: IPAddress, { previous }: RuleContext<IPAddress>): Errors {
  if (previous) return yield* immutable('spec.parentRef', parentRef, previous.spec.parentRef, parentRef && internalForm('ParentReference', parentRef));
  if (!parentRef) return yield required('spec.parentRef');
  const { group, resource, name, namespace } = parentRef;
  if (group) yield* named(isDNS1123Subdomain, 'spec.parentRef.group', group);
  yield* requiredName(isPathSegmentName, 'spec.parentRef.resource', resource);
  yield* requiredName(isPathSegmentName, 'spec.parentRef.name', name);
  if (namespace) yield* named(isPathSegmentName, 'spec.parentRef.namespace', namespace);
}

/** `services/default/web`; what belongs to a group has it after the resource. */
function parentText({ spec: { parentRef } }: IPAddress): string {
  if (!parentRef) return '<none>';
  const { group, resource = '', namespace, name = '' } = parentRef;
  return [`${resource.toLowerCase()}${group ? `.${group}` : ''}`, ...(namespace ? [namespace] : []), name].join('/');
}

/** The age is a cell without a column, as upstream's printer has it. */
const columns: readonly Column<IPAddress>[] = [
  nameColumn,
  { name: 'ParentRef', value: parentText },
  { ...ageColumn, undeclared: true },
];

export const IPAddresses = defineKind<IPAddress>('ipaddresses.networking.k8s.io', {
  nameForm: 'ip',
  rules: addressRules,
  selectableFields: {
    'spec.parentRef.group': ({ spec }) => spec.parentRef?.group ?? '',
    'spec.parentRef.resource': ({ spec }) => spec.parentRef?.resource ?? '',
    'spec.parentRef.namespace': ({ spec }) => spec.parentRef?.namespace ?? '',
    'spec.parentRef.name': ({ spec }) => spec.parentRef?.name ?? '',
  },
  columns,
});
