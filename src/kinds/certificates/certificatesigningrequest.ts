import { forbiddenField, invalidValue, notSupported, omitted, required } from '../../api/status';
import { isDNS1123Subdomain } from '../../lib/names';
import { isCertificateRequest, pemBlock } from '../../lib/pem';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../schema/types';
import { defineKind, type RuleContext } from '../define';
import type { Errors } from '../rule-parts';

const knownUsages = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection',
  'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 'server auth',
  's/mime', 'signing', 'timestamping',
];
const leastSeconds = 600;
type Request = CertificateSigningRequest;
type Conditions = readonly CertificateSigningRequestCondition[];

/** Bytes travel as base64. Undefined where it is none. */
function textOf(base64: string | undefined): string | undefined {
  if (base64 === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined;
  return atob(base64);
}
/** What is asked to be signed, in DER; undefined when it is no PEM of a request. */
export const requestedBytes = ({ spec }: Request): Uint8Array | undefined => pemBlock(textOf(spec.request) ?? '', 'CERTIFICATE REQUEST');

function* specRules({ spec }: Request): Errors {
  const { signerName, usages = [], expirationSeconds } = spec;
  const der = pemBlock(textOf(spec.request) ?? '', 'CERTIFICATE REQUEST');
  if (!der || !isCertificateRequest(der)) yield invalidValue('spec.request', omitted, 'unable to parse certificate request: PEM block type must be CERTIFICATE REQUEST');
  if (usages.length === 0) yield required('spec.usages');
  for (const [i, usage] of usages.entries()) if (!knownUsages.includes(usage)) yield notSupported(`spec.usages[${i}]`, usage, knownUsages);
  yield* signerNameRules(signerName);
  if (expirationSeconds !== undefined && expirationSeconds < leastSeconds)
    yield invalidValue('spec.expirationSeconds', expirationSeconds, 'may not specify a duration less than 600 seconds (10 minutes)');
}

function* signerNameRules(name: string): Errors {
  if (!name) return yield required('spec.signerName');
  const [domain = '', path, ...more] = name.split('/');
  if (path === undefined || more.length > 0)
    return yield invalidValue('spec.signerName', name, 'must be a fully qualified domain and path of the form "example.com/signer-name"');
  if (name === 'kubernetes.io/legacy-unknown') return yield invalidValue('spec.signerName', name, 'the legacy signerName is not allowed via this API version');
  for (const detail of isDNS1123Subdomain(domain)) yield invalidValue('spec.signerName', domain, detail);
  if (!domain.includes('.')) yield invalidValue('spec.signerName', domain, 'should be a domain with at least two segments separated by dots');
  for (const detail of path.split('.').flatMap((each) => isDNS1123Subdomain(each))) yield invalidValue('spec.signerName', path, detail);
}

/** Types that a request gets once and keeps. */
const decisions = ['Approved', 'Denied', 'Failed'];

function* statusRules({ status = {} }: Request, { previous }: RuleContext<Request>): Errors {
  const { conditions = [], certificate } = status;
  for (const [i, { type, status: state }] of conditions.entries()) {
    const at = `status.conditions[${i}]`;
    if (!type) yield required(`${at}.type`);
    if (!state) yield required(`${at}.status`);
    else if (decisions.includes(type) ? state !== 'True' : !['True', 'False', 'Unknown'].includes(state))
      yield notSupported(`${at}.status`, state, decisions.includes(type) ? ['True'] : ['False', 'True', 'Unknown']);
  }
  const has = (list: Conditions, type: string): boolean => list.some((each) => each.type === type);
  if (has(conditions, 'Approved') && has(conditions, 'Denied')) yield invalidValue('status.conditions', 'Denied', 'Approved and Denied conditions are mutually exclusive');
  for (const type of decisions)
    if (has(previous?.status?.conditions ?? [], type) && !has(conditions, type)) yield forbiddenField('status.conditions', `updates may not remove a condition of type "${type}"`);
  if (certificate && !pemBlock(textOf(certificate) ?? '', 'CERTIFICATE')) yield invalidValue('status.certificate', omitted, 'no PEM data found');
  if (previous?.status?.certificate && certificate !== previous.status.certificate) yield forbiddenField('status.certificate', 'updates may not set or modify certificate content once it is set');
}

/** The status with what only /approval may decide as it was. */
function keepingDecisions(object: Request, previous: Request): Request {
  const isDecision = ({ type }: CertificateSigningRequestCondition): boolean => type === 'Approved' || type === 'Denied';
  const kept = (previous.status?.conditions ?? []).filter(isDecision);
  const others = (object.status?.conditions ?? []).filter((each) => !isDecision(each));
  return kept.length + others.length === 0 && !object.status?.conditions ? object : { ...object, status: { ...object.status, conditions: [...kept, ...others] } };
}

export const CertificateSigningRequests = defineKind<Request>('certificatesigningrequests.certificates.k8s.io', {
  prepareForUpdate: (object, previous) => ({ ...object, spec: previous.spec }),
  prepareStatus: (object, previous) => keepingDecisions(object, previous),
  rules: (object) => specRules(object),
  partRules: statusRules,
  parts: {
    approval: (object, previous) => ({ ...previous, metadata: object.metadata, status: { ...previous.status, conditions: object.status?.conditions ?? [] } }),
  },
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
});
