import { humanDuration } from '../../lib/durations';
import { identifierText } from '../../lib/certificates/der';
import { parseRequest, type CertificateRequest } from '../../lib/certificates/request';
import { elements, pemBlock } from '../../lib/pem';
import type { CertificateSigningRequest } from '../../schema/types';
import { CommandError } from '../errors';
import { formatLabels } from '../printers/table';
import { longTime, type Description } from './writer';

/** A request for a certificate: what was decided about it, and whom it is to name. */
export function describeCertificateRequest(out: Description, { metadata, spec, status }: CertificateSigningRequest): void {
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Labels:\t${formatLabels(metadata.labels ?? {})}`);
  out.line(0, `Annotations:\t${formatLabels(metadata.annotations ?? {})}`);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  out.line(0, `Requesting User:\t${spec.username ?? ''}`);
  if (spec.signerName) out.line(0, `Signer:\t${spec.signerName}`);
  if (spec.expirationSeconds !== undefined) out.line(0, `Requested Duration:\t${humanDuration(spec.expirationSeconds * 1_000)}`);
  out.line(0, `Status:\t${statusText(status)}`);
  const der = pemBlock(atob(spec.request), 'CERTIFICATE REQUEST');
  if (!der) throw new CommandError('Error parsing CSR: PEM block type must be CERTIFICATE REQUEST');
  const request = parseRequest(der);
  describeSubject(out, request);
  describeAlternativeNames(out, request);
}

function statusText({ conditions = [], certificate }: NonNullable<CertificateSigningRequest['status']> = {}): string {
  const has = (wanted: string): boolean => conditions.some(({ type }) => type === wanted);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [decision, ...(has('Failed') ? ['Failed'] : []), ...(certificate ? ['Issued'] : [])].join(',');
}

/** Parts of a subject that are shown when there are some, by their object identifiers. */
const subjectParts = [
  ['Organization', '2.5.4.10'], ['Organizational Unit', '2.5.4.11'], ['Country', '2.5.4.6'], ['Locality', '2.5.4.7'], ['Province', '2.5.4.8'], ['StreetAddress', '2.5.4.9'],
  ['PostalCode', '2.5.4.17'],
] as const;
const serialNumber = '2.5.4.5';
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function describeSubject(out: Description, { subject, commonName }: CertificateRequest): void {
  const [names] = elements(subject);
  const parts = [...elements(names?.content ?? subject)].flatMap((set) => [...elements(set.content)]).map((pair) => [...elements(pair.content)]);
  const valuesOf = (oid: string) => parts.flatMap(([type, value]) => (type && value && identifierText(type.content) === oid ? [textOf(value.content)] : []));
  out.line(0, 'Subject:');
  out.line(0, `\tCommon Name:\t${commonName}`);
  out.line(0, `\tSerial Number:\t${valuesOf(serialNumber).at(-1) ?? ''}`);
  for (const [title, oid] of subjectParts) values(out, title, valuesOf(oid));
}

/** Kinds of names beside the subject, by their tags. */
const nameKinds = [['DNS Names', 0x82, textOf], ['Email Addresses', 0x81, textOf], ['URIs', 0x86, textOf], ['IP Addresses', 0x87, addressText]] as const;

function describeAlternativeNames(out: Description, { alternativeNames }: CertificateRequest): void {
  const [sequence] = alternativeNames.der ? elements(alternativeNames.der) : [];
  const names = sequence ? [...elements(sequence.content)] : [];
  if (!names.some(({ tag }) => nameKinds.some(([, kind]) => kind === tag))) return;
  out.line(0, 'Subject Alternative Names:');
  for (const [title, kind, read] of nameKinds) values(out, title, names.filter(({ tag }) => tag === kind).map(({ content }) => read(content)));
}

function values(out: Description, title: string, texts: readonly string[]): void {
  if (texts.length === 0) return;
  out.line(0, `\t${title}:\t${texts[0]}`);
  for (const text of texts.slice(1)) out.line(0, `\t\t${text}`);
}

/** An address from its bytes; the longest run of zeros of an IPv6 one is left out. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: bytes.length / 2 }, (_, i) => ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16)).join(':');
  const zeros = [...groups.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].toSorted((a, b) => b[0].length - a[0].length)[0];
  return zeros ? `${groups.slice(0, zeros.index).replace(/:$/, '')}::${groups.slice(zeros.index + zeros[0].length).replace(/^:/, '')}` : groups;
}
