import { isIPv4, isIPv6, parseIPv4 } from '../../lib/cidr';
import { quoteGo } from '../../lib/go-format';
import { CelRuntimeError } from '../errors';
import { fn, method, own, str, type Overload } from '../overload';
import { boolType, intType, opaque, stringType } from '../types';
import { Opaque } from '../values';

/** An address of either family as one number. */
export class CelIp extends Opaque {
  readonly typeName = 'net.IP';
  constructor(readonly value: bigint, readonly family: 4 | 6) { super(); }
  equals(other: Opaque): boolean { return other instanceof CelIp && other.family === this.family && other.value === this.value; }
  get text(): string { return this.family === 4 ? dotted(this.value) : colons(this.value); }
}

/** An address and how many of its leading bits name the network. */
export class CelCidr extends Opaque {
  readonly typeName = 'net.CIDR';
  constructor(readonly ip: CelIp, readonly bits: number) { super(); }
  equals(other: Opaque): boolean { return other instanceof CelCidr && other.bits === this.bits && other.ip.equals(this.ip); }
  get masked(): CelCidr { return new CelCidr(new CelIp(network(this.ip, this.bits), this.ip.family), this.bits); }
  contains(ip: CelIp): boolean { return ip.family === this.ip.family && network(ip, this.bits) === network(this.ip, this.bits); }
  containsCidr({ ip, bits }: CelCidr): boolean { return bits >= this.bits && this.contains(ip); }
  get text(): string { return `${this.ip.text}/${this.bits}`; }
}

const width = (family: 4 | 6): number => (family === 4 ? 32 : 128);
const network = ({ value, family }: CelIp, bits: number): bigint => {
  const host = BigInt(width(family) - bits);
  return (value >> host) << host;
};
const dotted = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');

/** The canonical form of IPv6: the longest run of zeros as `::`. */
function colons(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_each, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)].map((match) => match[0]);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  const [before = '', ...after] = groups.join(':').split(longest);
  return `${before.replace(/:$/, '')}::${after.join(longest).replace(/^:/, '')}`;
}

function parseIp(text: string): CelIp | undefined {
  if (isIPv4(text)) return new CelIp(BigInt(parseIPv4(text) ?? 0), 4);
  return isIPv6(text) ? new CelIp(parseIPv6(text), 6) : undefined;
}

function parseIPv6(text: string): bigint {
  const plain = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a: string, b: string, c: string, d: string) => `${hex(a, b)}:${hex(c, d)}`);
  const [head = '', tail] = plain.split('::');
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [front, back] = [groupsOf(head), groupsOf(tail ?? '')];
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}
const hex = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);

function requiredIp(text: string): CelIp {
  const ip = parseIp(text);
  if (!ip) throw new CelRuntimeError(`IP Address ${quoteGo(text)} parse error during conversion from string: ParseAddr(${quoteGo(text)}): unable to parse IP`);
  if (ip.family === 6 && ip.value >> 32n === 0xffffn) throw new CelRuntimeError(`IPv4-mapped IPv6 address ${quoteGo(text)} is not allowed`);
  return ip;
}

const isMapped = ({ family, value }: CelIp): boolean => family === 6 && value >> 32n === 0xffffn;

function parseCidr(text: string): CelCidr | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const ip = parseIp(address);
  return ip && !isMapped(ip) && Number(length) <= width(ip.family) ? new CelCidr(ip, Number(length)) : undefined;
}

function requiredCidr(text: string): CelCidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new CelRuntimeError(`network address parse error during conversion from string: netip.ParsePrefix(${quoteGo(text)}): no '/'`);
  return cidr;
}

const within = (...ranges: readonly string[]) => {
  const parsed = ranges.map(requiredCidr);
  return (ip: CelIp): boolean => parsed.some((range) => range.contains(ip));
};
const isLoopback = within('127.0.0.0/8', '::1/128');
const isUnspecified = within('0.0.0.0/32', '::/128');
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isLinkLocalMulticast = (ip: CelIp): boolean => (ip.family === 4 ? within('224.0.0.0/24')(ip) : (ip.value >> 112n & 0xff0fn) === 0xff02n);
const isMulticast = within('224.0.0.0/4', 'ff00::/8');
const isBroadcast = within('255.255.255.255/32');
const isGlobalUnicast = (ip: CelIp): boolean => !isUnspecified(ip) && !isLoopback(ip) && !isMulticast(ip) && !isLinkLocalUnicast(ip) && !isBroadcast(ip);

function isCanonical(text: string): boolean { return requiredIp(text).text === text; }

const ipType = opaque('net.IP');
const cidrType = opaque('net.CIDR');
const ip = own('net.IP', CelIp);
const cidr = own('net.CIDR', CelCidr);

export const addresses: readonly Overload[] = [
  fn('ip', [str], ipType, requiredIp),
  fn('isIP', [str], boolType, (text) => { const found = parseIp(text); return found !== undefined && !isMapped(found); }),
  fn('ip.isCanonical', [str], boolType, isCanonical),
  fn('string', [ip], stringType, ({ text }) => text),
  method('family', [ip], intType, ({ family }) => BigInt(family)),
  method('isUnspecified', [ip], boolType, isUnspecified),
  method('isLoopback', [ip], boolType, isLoopback),
  method('isLinkLocalMulticast', [ip], boolType, isLinkLocalMulticast),
  method('isLinkLocalUnicast', [ip], boolType, isLinkLocalUnicast),
  method('isGlobalUnicast', [ip], boolType, isGlobalUnicast),
  fn('cidr', [str], cidrType, requiredCidr),
  fn('isCIDR', [str], boolType, (text) => parseCidr(text) !== undefined),
  fn('string', [cidr], stringType, ({ text }) => text),
  method('containsIP', [cidr, ip], boolType, (range, address) => range.contains(address)),
  method('containsIP', [cidr, str], boolType, (range, text) => range.contains(requiredIp(text))),
  method('containsCIDR', [cidr, cidr], boolType, (range, other) => range.containsCidr(other)),
  method('containsCIDR', [cidr, str], boolType, (range, text) => range.containsCidr(requiredCidr(text))),
  method('ip', [cidr], ipType, (range) => range.ip),
  method('masked', [cidr], cidrType, (range) => range.masked),
  method('prefixLength', [cidr], intType, (range) => BigInt(range.bits)),
];
