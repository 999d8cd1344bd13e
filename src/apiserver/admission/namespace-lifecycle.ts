import { forbidden, notFound } from '../../api/status';
import { Namespaces } from '../../kinds/core/namespace';
import type { Admission } from './types';

const protectedNamespaces: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Objects live in namespaces that exist and are not going away; a few namespaces may not go at all. */
export const namespaceLifecycle: Admission = {
  name: 'NamespaceLifecycle',

  mutate(object, { operation, kind, namespace, name, storage }) {
    if (operation !== 'create' || namespace === undefined) return object;
    const found = storage.find(Namespaces, undefined, namespace);
    if (!found) throw notFound(Namespaces, namespace);
    if (!found.metadata.deletionTimestamp) return object;
    throw forbidden(kind, name, `unable to create new content in namespace ${namespace} because it is being terminated`,
      [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }]);
  },

  validate({ operation, kind, name }) {
    if (operation === 'delete' && kind.resource === 'namespaces' && protectedNamespaces.has(name)) throw forbidden(kind, name, 'this namespace may not be deleted');
  },
};
