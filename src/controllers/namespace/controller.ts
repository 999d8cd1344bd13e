import type { KubeObject } from '../../api/types';
import { Namespaces } from '../../kinds/core/namespace';
import { finalizers } from '../../kinds/core/well-known';
import type { Kind } from '../../kinds/define';
import { equal } from '../../lib/equality';
import { unlessGone } from '../../runtime/claim';
import { defineController, type AnyController } from '../../runtime/controller';
import type { Namespace } from '../../schema/types';
import { terminatingStatus } from './conditions';
import { deleteContent } from './content';

/** As upstream: how long after a change the controller looks, so that other parts of the cluster have seen the deletion. */
const settleMs = 5_000;

/** Empties a namespace that is being deleted, and then lets it go. `kinds` are all that may hold objects. */
export const namespaceController = (kinds: () => Iterable<Kind<KubeObject>>): AnyController => defineController<Namespace>({
  name: 'namespace-controller',
  for: Namespaces,
  concerns: ({ metadata }) => metadata.deletionTimestamp !== undefined,
  settleMs,

  reconcile(key, { api, now }) {
    const namespace = unlessGone(() => api.get(Namespaces, { name: key }));   // asked of the server: deleting by a stale view would be a pity
    if (namespace?.metadata.deletionTimestamp === undefined || !namespace.spec.finalizers?.includes(finalizers.kubernetes)) return;
    const remains = deleteContent(key, kinds(), api);
    const status = terminatingStatus(namespace, remains, now());
    const told = equal(status, namespace.status) ? namespace : api.update(Namespaces, { ...namespace, status }, 'status');
    if (remains.failures[0]) throw remains.failures[0];
    if (remains.estimateSeconds === undefined) return void api.update(Namespaces, withoutFinalizer(told), 'finalize');
    return { requeueAfterMs: remains.estimateSeconds === 0 ? 0 : Math.max(0, (Math.floor(remains.estimateSeconds / 2) + 1) * 1_000 - settleMs) };
  },
});

const withoutFinalizer = (namespace: Namespace): Namespace =>
  ({ ...namespace, spec: { ...namespace.spec, finalizers: (namespace.spec.finalizers ?? []).filter((each) => each !== finalizers.kubernetes) } });
