import { unlessGone } from '../../runtime/claim';
import { defineController, type AnyController } from '../../runtime/controller';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../schema/types';
import { judges } from './judge';
import { bytesOf, conditionOf, requests, type Certificates } from './requests';

/** --cluster-signing-duration, and the least that is given. */
const [usualMs, leastMs] = [365 * 86_400_000, 600_000];

/** Signs approved requests for the signers of Kubernetes' own, with the cluster's authority. What cannot be signed says so in a condition, and stays without a certificate. */
export const certificateSigningController = (certificates: () => Certificates): AnyController => defineController<CertificateSigningRequest>({
  name: 'csrsigning',
  for: requests,
  concerns: (csr) => conditionOf(csr, 'Approved') !== undefined,
  reconcile(name, { informer, api, now }) {
    const csr = informer(requests).get(name);
    const judge = judges[csr?.spec.signerName ?? ''];
    if (!csr || !judge || csr.metadata.deletionTimestamp !== undefined) return;
    if (csr.status?.certificate || !conditionOf(csr, 'Approved') || conditionOf(csr, 'Denied') || conditionOf(csr, 'Failed')) return;
    const result = signed(csr, judge, certificates(), now());
    const conditions = csr.status?.conditions ?? [];
    const status = 'failure' in result ? { ...csr.status, conditions: [...conditions, failed(result.failure)] } : { ...csr.status, certificate: btoa(result.certificate) };
    unlessGone(() => api.update(requests, { ...csr, status }, 'status'));
  },
});

function signed(csr: CertificateSigningRequest, judge: NonNullable<(typeof judges)[string]>, { parse, sign }: Certificates,
  now: number): { readonly certificate: string } | { readonly failure: string } {
  const { usages = [], expirationSeconds } = csr.spec;
  try {
    const request = parse(bytesOf(csr));
    const problem = judge(request, usages);
    if (problem !== undefined) return { failure: problem };
    const durationMs = expirationSeconds === undefined ? usualMs : Math.min(usualMs, Math.max(leastMs, expirationSeconds * 1_000));
    return { certificate: sign(request, { usages, durationMs, now, serial: BigInt(`0x${csr.metadata.uid.replaceAll('-', '')}`) }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { failure: error.message };
  }
}

/** Upstream tries a request whose signature it cannot verify again for ever; here it is told once. */
const failed = (message: string): CertificateSigningRequestCondition => ({ type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message });
