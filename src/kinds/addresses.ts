import { isCidr, isIP, parseIPv4 } from '../lib/cidr';
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

/** The one way to write an address: for objects that have an address for a name. */
export const isCanonicalIP: NameCheck = (text) => {
  if (!isIP(text)) return wrongIP;
  const canonical = canonicalIP(text);
  return canonical === text ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
};

/** `2001:DB8:0::1` is written `2001:db8::1`: small letters, no leading zeros, the longest run of zeros left out. */
export function canonicalIP(text: string): string {
  if (!text.includes(':')) return text;
  const [head = '', tail] = text.toLowerCase().split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').flatMap(groupsOf));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = tail === undefined ? before : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  const hex = all.map((group) => group.toString(16));
  const run = longestZeros(all);
  return run.length < 2 ? hex.join(':') : `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`;
}

/** A group of hexadecimal digits, or an IPv4 address at the end, which is two. */
function groupsOf(text: string): number[] {
  const number = parseIPv4(text);
  return number === undefined ? [Number.parseInt(text, 16)] : [Math.floor(number / 65_536), number % 65_536];
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let [start, length] = [0, 0];
  for (let from = 0; from < groups.length; from++) {
    let to = from;
    while (to < groups.length && groups[to] === 0) to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  return { start, length };
}
