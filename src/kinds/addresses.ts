import { isCidr, isIP } from '../lib/cidr';
import type { NameCheck } from '../lib/names';

const wrongIP = ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
const wrongCIDR = ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];

/** An address of either family, in upstream's words when it is none. */
export const isValidIP: NameCheck = (text) => (isIP(text) ? [] : wrongIP);

/** A network of either family: `10.9.8.0/24`. */
export const isValidCIDR: NameCheck = (text) => (isCidr(text) ? [] : wrongCIDR);

const special: readonly (readonly [RegExp, string])[] = [
  [/^0\.0\.0\.0$|^::$/, "may not be unspecified (0.0.0.0 or ::)"],
  [/^127\.|^::1$/, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [/^169\.254\.|^fe[89ab]/i, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [/^224\.0\.0\.|^ff02:/i, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

/** Why an address cannot belong to a machine that others reach; undefined when it can. */
export const specialAddress = (text: string): string | undefined => special.find(([form]) => form.test(text))?.[1];
