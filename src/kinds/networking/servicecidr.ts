import { invalidValue, required } from '../../api/status';
import type { ServiceCIDR } from '../../schema/types';
import { canonicalIP, isValidCIDR } from '../addresses';
import { defineKind, type RuleContext } from '../define';
import { internalForm } from '../internal-form';
import { immutable, named, type Errors } from '../rule-parts';

const at = 'spec.cidrs';
const isIPv6Network = (cidr: string): boolean => cidr.includes(':');

function* cidrRules({ spec }: ServiceCIDR, { previous }: RuleContext<ServiceCIDR>): Errors {
  const cidrs = spec.cidrs ?? [];
  if (previous) return yield* immutable(at, cidrs, previous.spec.cidrs ?? []);
  if (cidrs.length === 0) return yield required(at, 'at least one CIDR required');
  if (cidrs.length > 2) return yield invalidValue(at, internalForm('ServiceCIDRSpec', spec), 'may only hold up to 2 values');
  const [first = '', second] = cidrs;
  if (second !== undefined && (cidrs.some((cidr) => isValidCIDR(cidr).length > 0) || isIPv6Network(first) === isIPv6Network(second)))
    return yield invalidValue(
      at, internalForm('ServiceCIDRSpec', spec), 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    );
  for (const [i, cidr] of cidrs.entries()) yield* named(isCanonicalCIDR, `${at}[${i}]`, cidr);
}

/** Of an IPv6 network only the way it is written is looked at. */
function isCanonicalCIDR(cidr: string): readonly string[] {
  const wrong = isValidCIDR(cidr);
  if (wrong.length > 0) return wrong;
  const [address = '', bits = ''] = cidr.split('/');
  const canonical = `${isIPv6Network(cidr) ? canonicalIP(address) : networkOf(address, Number(bits))}/${bits}`;
  return canonical === cidr ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}

function networkOf(address: string, bits: number): string {
  const bytes = address.split('.').map(Number);
  return bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - i * 8))) & 0xff).join('.');
}

export const ServiceCIDRs = defineKind<ServiceCIDR>('servicecidrs.networking.k8s.io', { rules: cidrRules });
