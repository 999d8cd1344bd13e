import { defineKind } from '../../kinds/define';
import type { CertificateRequest } from '../../lib/certificates/request';
import type { Signing } from '../../lib/certificates/authority';
import { pemBlock } from '../../lib/pem';
import type { CertificateSigningRequest } from '../../schema/types';

export const requests = defineKind<CertificateSigningRequest>('certificatesigningrequests.certificates.k8s.io');

/** Reading requests and signing certificates: large, and handed in by whoever has it. Both throw an Error that says why they cannot. */
export type Certificates = { readonly parse: (der: Uint8Array) => CertificateRequest; readonly sign: (request: CertificateRequest, signing: Signing) => string };

export const signers = { client: 'kubernetes.io/kube-apiserver-client', kubeletClient: 'kubernetes.io/kube-apiserver-client-kubelet', kubeletServing: 'kubernetes.io/kubelet-serving' } as const;

export const conditionOf = ({ status }: CertificateSigningRequest, type: string) => status?.conditions?.find((each) => each.type === type);

/** What is asked to be signed, in DER: the server has taken nothing else. */
export const bytesOf = ({ spec }: CertificateSigningRequest): Uint8Array => pemBlock(atob(spec.request), 'CERTIFICATE REQUEST') ?? new Uint8Array();
