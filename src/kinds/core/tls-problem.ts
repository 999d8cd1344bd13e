import { base64Bytes } from '../../lib/base64';

type Block = { readonly type: string; readonly der: Uint8Array };
const blockForm = /-----BEGIN ([^\n-]+)-----\n([A-Za-z0-9+/=\s]*?)\n?-----END \1-----(?=\n|$)/g;
const sequence = 0x30;

/** The PEM blocks of a text; whatever is between them is skipped, as Go does. */
function blocksOf(text: string): readonly Block[] {
  return [...text.replaceAll('\r\n', '\n').matchAll(blockForm)].flatMap(([, type = '', body = '']) => {
    const der = base64Bytes(body.replace(/\s/g, ''));
    return der ? [{ type, der }] : [];
  });
}
const typesOf = (blocks: readonly Block[]): string => `[${blocks.map(({ type }) => type).join(' ')}]`;
const isKey = ({ type }: Block): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');

/**
 * Why a certificate and its key cannot serve TLS, in the words of Go's crypto/tls; undefined when they look as if they could.
 * The frames and the first byte of what they hold are looked at; whether key and certificate belong together is not.
 */
export function tlsProblem(certificate: string, key: string): string | undefined {
  const certificates = blocksOf(certificate);
  const chain = certificates.filter(({ type }) => type === 'CERTIFICATE');
  if (certificates.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (chain.length === 0) {
    if (certificates.length === 1 && certificates[0] && isKey(certificates[0]))
      return 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
    return `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${typesOf(certificates)}`;
  }
  const keys = blocksOf(key);
  if (!keys.some(isKey)) {
    if (keys.length === 0) return 'tls: failed to find any PEM data in key input';
    if (keys.length === 1 && keys[0]?.type === 'CERTIFICATE') return 'tls: found a certificate rather than a key in the PEM for the private key';
    return `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${typesOf(keys)}`;
  }
  return chain[0]?.der[0] === sequence ? undefined : 'x509: malformed certificate';
}
