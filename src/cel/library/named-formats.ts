import { base64ErrorAt } from '../../lib/base64';
import { isDNS1035Label, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue, type NameCheck } from '../../lib/names';
import { fn, method, own, str, type Overload } from '../overload';
import { listOf, opaque, optionalOf, stringType } from '../types';
import { Opaque, Optional, parseTimestamp } from '../values';
import { CelRuntimeError } from '../errors';

export class CelFormat extends Opaque {
  readonly typeName = 'kubernetes.NamedFormat';
  constructor(readonly name: string, readonly check: NameCheck) { super(); }
  equals(other: Opaque): boolean { return other instanceof CelFormat && other.name === this.name; }
}

/** A prefix may end with a dash, where the name will go on. */
const prefixed = (check: NameCheck): NameCheck => (text) => check(text.endsWith('-') ? `${text.slice(0, -1)}a` : text);
const unless = (holds: (text: string) => boolean, message: string): NameCheck => (text) => (holds(text) ? [] : [message]);

function isTime(text: string): boolean {
  try {
    parseTimestamp(text);
    return true;
  } catch (error) {
    if (error instanceof CelRuntimeError) return false;
    throw error;
  }
}

const checks: Readonly<Record<string, NameCheck>> = {
  dns1123Label: isDNS1123Label,
  dns1123Subdomain: isDNS1123Subdomain,
  dns1035Label: isDNS1035Label,
  qualifiedName: isQualifiedName,
  dns1123LabelPrefix: prefixed(isDNS1123Label),
  dns1123SubdomainPrefix: prefixed(isDNS1123Subdomain),
  dns1035LabelPrefix: prefixed(isDNS1035Label),
  labelValue: isValidLabelValue,
  uri: unless((text) => /^[A-Za-z][A-Za-z0-9+.-]*:\S+$|^\/\S*$/.test(text), 'invalid URI for request'),
  uuid: unless((text) => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text), 'does not match the UUID format'),
  byte: unless((text) => base64ErrorAt(text) === undefined, 'invalid base64'),
  date: unless((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(text), 'invalid date'),
  datetime: unless((text) => text.length > 10 && isTime(text), 'invalid datetime'),
};

const formats = new Map(Object.entries(checks).map(([name, check]) => [name, new CelFormat(name, check)]));
const formatType = opaque('kubernetes.NamedFormat');

function validate({ check }: CelFormat, text: string): Optional {
  const wrong = check(text);
  return wrong.length === 0 ? Optional.none : new Optional([...wrong]);
}

/** Kubernetes' named formats. */
export const namedFormats: readonly Overload[] = [
  ...[...formats].map(([name, format]) => fn(`format.${name}`, [], formatType, () => format)),
  fn('format.named', [str], optionalOf(formatType), (name) => { const found = formats.get(name); return found ? new Optional(found) : Optional.none; }),
  method('validate', [own('kubernetes.NamedFormat', CelFormat), str], optionalOf(listOf(stringType)), validate),
];
