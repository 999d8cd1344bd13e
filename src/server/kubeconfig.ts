/** A kubeconfig for kubectl, helm and client libraries: one cluster without TLS, one user with a token. */
export function kubeconfigText(server: string, token: string): string {
  const name = 'podarium';
  return `apiVersion: v1
kind: Config
clusters:
- name: ${name}
  cluster:
    server: ${server}
    # Some clients speak plain HTTP only to servers they need not verify.
    insecure-skip-tls-verify: true
users:
- name: ${name}
  user:
    token: ${token}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${name}
current-context: ${name}
`;
}
