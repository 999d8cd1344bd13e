import type { CertificateRequest } from '../../lib/certificates/request';
import { signers } from './requests';

type Usages = readonly string[];
const [clientAuth, serverAuth, signature, encipherment] = ['client auth', 'server auth', 'digital signature', 'key encipherment'] as const;
const sameSet = (a: Usages, b: Usages): boolean => a.every((each) => b.includes(each)) && b.every((each) => a.includes(each));
const isNodes = ({ organizations }: CertificateRequest): boolean => organizations.length === 1 && organizations[0] === 'system:nodes';
const isNode = ({ commonName }: CertificateRequest): boolean => commonName.startsWith('system:node:');

/** Keys other than RSA cannot encipher, and need not say that they would. */
const usageProblem = (usages: Usages, wanted: Usages): string | undefined =>
  (sameSet(usages, wanted) || sameSet(usages, wanted.filter((each) => each !== encipherment)) ? undefined : `usages did not match [${[...wanted].sort().join(' ')}]`);

function kubeletClient(request: CertificateRequest, usages: Usages): string | undefined {
  const { dns, emails, ips, uris } = request.alternativeNames;
  if (!isNodes(request)) return 'subject organization is not system:nodes';
  if (dns > 0) return 'DNS subjectAltNames are not allowed';
  if (emails > 0) return 'Email subjectAltNames are not allowed';
  if (ips > 0) return 'IP subjectAltNames are not allowed';
  if (uris > 0) return 'URI subjectAltNames are not allowed';
  if (!isNode(request)) return 'subject common name does not begin with system:node:';
  return usageProblem(usages, [clientAuth, signature, encipherment]);
}

function kubeletServing(request: CertificateRequest, usages: Usages): string | undefined {
  const { dns, emails, ips, uris } = request.alternativeNames;
  if (!isNodes(request)) return 'subject organization is not system:nodes';
  if (dns + ips === 0) return 'DNS or IP subjectAltName is required';
  if (emails > 0) return 'Email subjectAltNames are not allowed';
  if (uris > 0) return 'URI subjectAltNames are not allowed';
  const problem = usageProblem(usages, [serverAuth, signature, encipherment]);
  return problem ?? (isNode(request) ? undefined : 'subject common name does not begin with system:node:');
}

function client(_request: CertificateRequest, usages: Usages): string | undefined {
  const wrong = usages.find((each) => each !== clientAuth && each !== signature && each !== encipherment);
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.some((each) => each === clientAuth) ? undefined : `missing required usage for client certificate: ${clientAuth}`;
}

/** What each signer of Kubernetes' own has against a request, in upstream's words; nothing when it would sign. */
export const judges: Readonly<Record<string, (request: CertificateRequest, usages: Usages) => string | undefined>> =
  { [signers.client]: client, [signers.kubeletClient]: kubeletClient, [signers.kubeletServing]: kubeletServing };
