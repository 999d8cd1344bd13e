import type { Namespace } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind } from '../define';
import { fill } from '../sharing';
import { labels } from './well-known';

const withNameLabel = (namespace: Namespace): Namespace => {
  const { metadata } = namespace;
  if (!metadata.name || metadata.labels?.[labels.namespaceName] === metadata.name) return namespace;
  return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [labels.namespaceName]: metadata.name } } };
};

export const Namespaces = defineKind<Namespace>('namespaces', {
  nameForm: 'label',

  defaults: (namespace) => {
    const named = withNameLabel(namespace);
    const status = fill(named.status ?? {}, { phase: 'Active' });
    return status === named.status ? named : { ...named, status };
  },

  prepareForCreate: (namespace) => {
    const { spec } = namespace;
    const finalizers = spec.finalizers?.includes('kubernetes') ? spec.finalizers : [...(spec.finalizers ?? []), 'kubernetes'];
    return { ...withNameLabel(namespace), spec: { ...spec, finalizers }, status: { phase: 'Active' } };
  },

  /** Finalizers of the spec change through the finalize subresource only. */
  prepareForUpdate: (namespace, previous) => ({ ...namespace, spec: previous.spec }),

  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },

  columns: [nameColumn, { name: 'Status', value: ({ status }) => status?.phase ?? '' }, ageColumn],
});
