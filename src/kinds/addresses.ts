import type { NameCheck } from '../lib/names';

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);
/** Four hexadecimal groups short of eight are only right around one `::`. */
function isIPv6Text(text: string): boolean {
  const dotted = text.lastIndexOf(':');
  const tail = text.slice(dotted + 1);
  const groups = tail.includes('.') ? (ipv4.test(tail) ? `${text.slice(0, dotted + 1)}0:0` : 'x') : text;
  const halves = groups.split('::');
  if (halves.length > 2) return false;
  const parts = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  return parts.every((part) => /^[0-9a-fA-F]{1,4}$/.test(part)) && (halves.length === 2 ? parts.length < 8 : parts.length === 8);
}

export const isIPv4 = (text: string): boolean => ipv4.test(text);
export const isIPv6 = (text: string): boolean => text.includes(':') && isIPv6Text(text);

const wrongIP = ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
const wrongCIDR = ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];

/** An address of either family, in upstream's words when it is none. */
export const isValidIP: NameCheck = (text) => (isIPv4(text) || isIPv6(text) ? [] : wrongIP);

/** A network of either family: `10.9.8.0/24`. */
export const isValidCIDR: NameCheck = (text) => {
  const [address = '', bits = '', ...more] = text.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most ? [] : wrongCIDR;
};

const special: readonly (readonly [RegExp, string])[] = [
  [/^0\.0\.0\.0$|^::$/, "may not be unspecified (0.0.0.0 or ::)"],
  [/^127\.|^::1$/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^169\.254\.|^fe[89ab]/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^224\.0\.0\.|^ff02:/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

/** Why an address cannot belong to a machine that others reach; undefined when it can. */
export const specialAddress = (text: string): string | undefined => special.find(([form]) => form.test(text))?.[1];
