import { forbidden } from '../../api/status';
import { ServiceAccounts } from '../../kinds/core/serviceaccount';
import type { KubeObject } from '../../api/types';
import type { Container, PodSpec, ServiceAccount, Volume } from '../../schema/types';
import type { Random } from '../../sim/random';
import { isPod, SpecMemo, withSpec } from './pod-spec';
import { disallowedSecret, enforcesMountableSecrets, isMirror, mirrorProblem } from './secret-references';
import type { Admission } from './types';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const pods = { resource: 'pods', kind: 'Pod', group: '' };
const isServiceAccount = (object: KubeObject | undefined): object is ServiceAccount => object?.kind === 'ServiceAccount';

/** Gives each pod its ServiceAccount, and mounts a token for it unless that is switched off. */
export function serviceAccount(random: Random): Admission {
  const memo = new SpecMemo();
  return {
    name: 'ServiceAccount',
    resources: ['pods'],

    mutate(object, { operation, subresource, storage, namespace, name }) {
      if (operation !== 'create' || subresource || !isPod(object) || isMirror(object)) return object;
      const accountName = object.spec.serviceAccountName || 'default';
      const account = storage.find(ServiceAccounts, namespace, accountName);
      if (!isServiceAccount(account)) throw forbidden(pods, name, `error looking up service account ${namespace}/${accountName}: serviceaccount "${accountName}" not found`);
      const mounts = object.spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
      const secrets = object.spec.imagePullSecrets?.length ? undefined : account.imagePullSecrets;
      const key = `${accountName} ${mounts} ${JSON.stringify(secrets ?? [])}`;
      return withSpec(object, memo.of(object.spec, key, () => {
        const named: PodSpec = { ...object.spec, serviceAccount: accountName, serviceAccountName: accountName, ...(secrets && { imagePullSecrets: secrets }) };
        return mounts ? withToken(named, random) : named;
      }));
    },

    validate({ operation, subresource, object, storage, namespace, name }) {
      if (!object || !isPod(object)) return;
      if (operation === 'create' && !subresource && isMirror(object)) {
        const problem = mirrorProblem(object.spec);
        if (problem !== undefined) throw forbidden(pods, name, problem);
        return;
      }
      if (operation === 'create' ? !!subresource : operation === 'delete' || subresource !== 'ephemeralcontainers') return;
      const account = storage.find(ServiceAccounts, namespace, object.spec.serviceAccountName || 'default');
      if (!isServiceAccount(account) || !enforcesMountableSecrets(account)) return;
      const problem = disallowedSecret(object.spec, account);
      if (problem !== undefined) throw forbidden(pods, name, problem);
    },
  };
}

function withToken(spec: PodSpec, random: Random): PodSpec {
  const everywhere = [...spec.containers, ...(spec.initContainers ?? [])];
  if (everywhere.every(mountsToken)) return spec;
  const name = `kube-api-access-${random.suffix(5)}`;
  const mounted = (container: Container): Container => (mountsToken(container) ? container
    : { ...container, volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }] });
  return {
    ...spec,
    volumes: [...(spec.volumes ?? []), tokenVolume(name)],
    containers: spec.containers.map(mounted),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(mounted) }),
  };
}

const mountsToken = ({ volumeMounts }: Container): boolean => volumeMounts?.some(({ mountPath }) => mountPath === tokenPath) ?? false;

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
    defaultMode: 420,
  },
});
