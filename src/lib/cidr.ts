/** An IPv4 network: `base` is its first address as a number below 2^32. */
export type Cidr = { readonly base: number; readonly bits: number };

/** An IPv4 address as a number; undefined when `text` is none. Leading zeros are refused, as in Go. */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address = address * 256 + Number(part);
  }
  return address;
}

export const formatIPv4 = (address: number): string => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

export const isIPv4 = (text: string): boolean => parseIPv4(text) !== undefined;

/** Whether `text` is an IPv6 address, the forms with `::` and with an IPv4 tail included. */
export function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const hasTail = last?.includes('.') === true && !text.endsWith('::');
  const plain = hasTail ? groups.slice(0, -1) : groups;
  if (hasTail && !isIPv4(last)) return false;
  const count = plain.length + (hasTail ? 2 : 0);
  return plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

export const isIP = (text: string): boolean => isIPv4(text) || isIPv6(text);

/** An IPv4 network such as `10.96.0.0/16`; addresses inside it are reduced to its base. Undefined when `text` is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,2})$/.exec(text) ?? [];
  const parsed = parseIPv4(address);
  const bits = Number(length);
  if (parsed === undefined || bits > 32 || (length.length > 1 && length.startsWith('0'))) return undefined;
  return { base: Math.floor(parsed / sizeOf(bits)) * sizeOf(bits), bits };
}

/** Whether `text` is a network of either family. */
export function isCidr(text: string): boolean {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  return parseCidr(text) !== undefined || (isIPv6(address) && Number(length) <= 128 && length !== '');
}

export const formatCidr = ({ base, bits }: Cidr): string => `${formatIPv4(base)}/${bits}`;

const sizeOf = (bits: number): number => 2 ** (32 - bits);
/** How many addresses a network has. */
export const cidrSize = ({ bits }: Cidr): number => sizeOf(bits);

export function cidrContains({ base, bits }: Cidr, address: string): boolean {
  const parsed = parseIPv4(address);
  return parsed !== undefined && parsed >= base && parsed < base + sizeOf(bits);
}

/** The `n`th address, counted from the network's own; undefined beyond its end. */
export const nthAddress = (cidr: Cidr, n: number): string | undefined => (n >= 0 && n < cidrSize(cidr) ? formatIPv4(cidr.base + n) : undefined);

/** Which address of the network this is; undefined outside of it. */
export const addressIndex = (cidr: Cidr, address: string): number | undefined => {
  const parsed = parseIPv4(address);
  return parsed !== undefined && cidrContains(cidr, address) ? parsed - cidr.base : undefined;
};

/** The `n`th network of `bits` inside a larger one: a node's part of the cluster's pod network. Undefined beyond its end. */
export function nthSubnet(cidr: Cidr, bits: number, n: number): Cidr | undefined {
  const base = cidr.base + n * sizeOf(bits);
  return bits >= cidr.bits && n >= 0 && base < cidr.base + sizeOf(cidr.bits) ? { base, bits } : undefined;
}
