import { StatusError } from '../../api/status';
import { Namespaces } from '../../kinds/core/namespace';
import { ServiceAccounts } from '../../kinds/core/serviceaccount';
import { defineController, watched } from '../../runtime/controller';
import type { Namespace } from '../../schema/types';

const name = 'default';

/** Sees to it that every namespace has the service account that pods run under when they name none. */
export const serviceAccountController = defineController<Namespace>({
  name: 'serviceaccount-controller',
  for: Namespaces,
  watches: [watched(ServiceAccounts, ({ metadata }) => (metadata.name === name ? [metadata.namespace] : []))],
  ignores: (previous, next) => previous.status?.phase === next.status?.phase,

  reconcile(namespace, { api, informer }) {
    const owner = informer(Namespaces).get(namespace);
    if (!owner || owner.metadata.deletionTimestamp !== undefined || informer(ServiceAccounts).get(`${namespace}/${name}`)) return;
    try {
      api.create(ServiceAccounts, { metadata: { namespace, name } });
    } catch (error) {
      if (!StatusError.is(error, 'AlreadyExists') && !isTerminating(error)) throw error;
    }
  },
});

const isTerminating = (error: unknown): boolean => error instanceof StatusError && error.causes.some(({ reason }) => reason === 'NamespaceTerminating');
