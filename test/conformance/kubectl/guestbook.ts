const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

const deployment = (name: string, role: string, replicas: number, args: readonly string[], port: number, tier = 'backend') => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: {
    replicas, selector: { matchLabels: { app: name.startsWith('frontend') ? 'guestbook' : 'agnhost', role, tier } },
    template: {
      metadata: { labels: { app: name.startsWith('frontend') ? 'guestbook' : 'agnhost', role, tier } },
      spec: { containers: [{ name: role, image, args, resources: { requests: { cpu: '100m', memory: '100Mi' } }, ports: [{ containerPort: port }] }] },
    },
  },
});
const service = (name: string, role: string, port: number, tier = 'backend') => ({
  apiVersion: 'v1', kind: 'Service', metadata: { name, labels: { role, tier } },
  spec: { ports: [{ port }], selector: { app: name === 'frontend' ? 'guestbook' : 'agnhost', role, tier } },
});

/** The guestbook of three parts: frontends, a primary, and replicas that register with it. */
export const guestbookManifest: string = [
  service('agnhost-replica', 'replica', 6379), service('agnhost-primary', 'primary', 6379), service('frontend', 'frontend', 80, 'frontend'),
  deployment('frontend', 'frontend', 3, ['guestbook', '--backend-port', '6379'], 80, 'frontend'),
  deployment('agnhost-primary', 'primary', 1, ['guestbook', '--http-port', '6379'], 6379),
  deployment('agnhost-replica', 'replica', 2, ['guestbook', '--replicaof', 'agnhost-primary', '--http-port', '6379'], 6379),
].map((object) => JSON.stringify(object)).join('\n---\n');
