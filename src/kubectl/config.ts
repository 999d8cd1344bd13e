import type { JsonRecord } from './values';

export type ContextEntry = { readonly name: string; readonly cluster: string; readonly user: string; readonly namespace?: string };

/** The content of a kubeconfig file, as far as it matters where there is one cluster and one user. */
export type KubeConfigData = {
  readonly server: string; readonly currentContext: string; readonly contexts: readonly ContextEntry[]; readonly cluster: string; readonly user: string;
};

/** What kubeadm writes for its administrator. */
export const adminConfig = (server: string): KubeConfigData => ({
  server, cluster: 'kubernetes', user: 'kubernetes-admin', currentContext: 'kubernetes-admin@kubernetes',
  contexts: [{ name: 'kubernetes-admin@kubernetes', cluster: 'kubernetes', user: 'kubernetes-admin' }],
});

/** The kubeconfig of one session: commands change it, later commands see it. */
export class KubeConfig {
  constructor(public data: KubeConfigData) {}

  get context(): ContextEntry | undefined { return this.data.contexts.find(({ name }) => name === this.data.currentContext); }

  get namespace(): string { return this.context?.namespace || 'default'; }

  /** Changes a context, or adds it; true when it was there. */
  set(entry: ContextEntry): boolean {
    const { contexts } = this.data;
    const known = contexts.some(({ name }) => name === entry.name);
    this.data = { ...this.data, contexts: known ? contexts.map((each) => (each.name === entry.name ? entry : each)) : [...contexts, entry] };
    return known;
  }

  /** As `kubectl config view` prints it, secrets left out; `minified` to the current context. */
  view(minified = false): JsonRecord {
    const { server, cluster, user, currentContext } = this.data;
    const contexts = this.data.contexts.filter(({ name }) => !minified || name === currentContext);
    return {
      apiVersion: 'v1',
      clusters: [{ cluster: { 'certificate-authority-data': 'DATA+OMITTED', server }, name: cluster }],
      contexts: contexts.map(({ name, namespace, ...of }) => ({ context: { cluster: of.cluster, ...(namespace && { namespace }), user: of.user }, name })),
      'current-context': currentContext,
      kind: 'Config',
      users: [{ name: user, user: { 'client-certificate-data': 'DATA+OMITTED', 'client-key-data': 'DATA+OMITTED' } }],
    };
  }
}
