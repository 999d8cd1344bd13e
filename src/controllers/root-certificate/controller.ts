import { StatusError } from '../../api/status';
import { ConfigMaps } from '../../kinds/core/configmap';
import { Namespaces } from '../../kinds/core/namespace';
import { equal } from '../../lib/equality';
import { defineController, watched, type AnyController } from '../../runtime/controller';
import type { ConfigMap, Namespace } from '../../schema/types';

const name = 'kube-root-ca.crt';
const annotations = {
  'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints '
    + 'such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

/** Publishes the cluster's root certificate in every namespace, and puts it back when somebody changes it. */
export const rootCertificatePublisher = (certificate: string): AnyController => defineController<Namespace>({
  name: 'root-ca-certificate-publisher-controller',
  for: Namespaces,
  watches: [watched(ConfigMaps, ({ metadata }) => (metadata.name === name ? [metadata.namespace] : []))],
  ignores: (previous, next) => previous.status?.phase === next.status?.phase,

  reconcile(namespace, { api, informer }) {
    const owner = informer(Namespaces).get(namespace);
    if (!owner || owner.metadata.deletionTimestamp !== undefined) return;
    const data = { 'ca.crt': certificate };
    const current = informer(ConfigMaps).get(`${namespace}/${name}`);
    if (!current) return create({ metadata: { namespace, name, annotations }, data });
    const complete: ConfigMap = { ...current, metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, ...annotations } }, data };
    if (!equal(complete, current)) api.update(ConfigMaps, complete);

    function create(draft: Parameters<typeof api.create<ConfigMap>>[1]): void {
      try { api.create(ConfigMaps, draft); } catch (error) {
        const terminating = error instanceof StatusError && error.causes.some(({ reason }) => reason === 'NamespaceTerminating');
        if (!terminating && !StatusError.is(error, 'AlreadyExists')) throw error;
      }
    }
  },
});
