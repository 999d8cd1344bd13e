import { isCidr, isIP } from './cidr';

/** Checks of names as upstream's util/validation: each returns what is wrong, in upstream's words; an empty list means valid. */
export type NameCheck = (text: string) => readonly string[];

const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain1123 = `${label1123}(\\.${label1123})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${qualified})?`;
const environment = '[-._a-zA-Z][-._a-zA-Z0-9]*';

const whole = (form: string): RegExp => new RegExp(`^(?:${form})$`);

/** Length counts bytes, as in Go. */
const tooLong = (text: string, most: number): boolean => text.length > most || (text.length * 3 > most && utf8Length(text) > most);
/** Bytes of `text` as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00 && at + 1 < text.length) { bytes += 4; at++; }
    else bytes += 3;
  }
  return bytes;
}

/** `must be no more than 63 characters`: upstream says so of most names, but counts bytes, and of label keys and values it says bytes. */
export const tooLongMessage = (most: number, unit: 'characters' | 'bytes' = 'characters'): string => `must be no more than ${most} ${unit}`;
const empty = 'must be non-empty';

/** Upstream's sentence for a failed pattern, with its examples. */
export const patternMessage = (message: string, form: string, ...examples: readonly string[]): string => {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (${examples.length > 0 ? `e.g. ${shown}` : ''}regex used for validation is '${form}')`;
};

type Form = { readonly form: string; readonly message: string; readonly examples: readonly string[]; readonly most?: number; readonly unit?: 'bytes' };

const check = ({ form, message, examples, most, unit }: Form): NameCheck => {
  const pattern = whole(form);
  const wrong = patternMessage(message, form, ...examples);
  return (text) => {
    const fits = pattern.test(text);
    if (most === undefined || !tooLong(text, most)) return fits ? none : [wrong];
    return fits ? [tooLongMessage(most, unit)] : [tooLongMessage(most, unit), wrong];
  };
};
const none: readonly string[] = Object.freeze([]);

const qualifiedMessage = patternMessage("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", qualified, 'MyName', 'my.name', '123-abc');

/** RFC 1123 subdomain: most object names. */
export const isDNS1123Subdomain: NameCheck = check({
  form: subdomain1123, most: 253, examples: ['example.com'],
  message: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
});

const subdomainPattern = whole(subdomain1123);
const label = check({
  form: label1123, most: 63, examples: ['my-name', '123-abc'],
  message: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
});
/** RFC 1123 label: namespaces, containers. */
export const isDNS1123Label: NameCheck = (text) => {
  const errors = label(text);
  return errors.length > 0 && text.includes('.') && subdomainPattern.test(text) ? [...errors.slice(0, -1), 'must not contain dots'] : errors;
};

/** RFC 1035 label: services. */
export const isDNS1035Label: NameCheck = check({
  form: label1035, most: 63, examples: ['my-name', 'abc-123'],
  message: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
});

/** `*.example.com`: ingress hosts. */
export const isWildcardDNS1123Subdomain: NameCheck = check({
  form: `\\*\\.${subdomain1123}`, most: 253, examples: ['*.example.com'],
  message: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, " +
    "which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
});

const qualifiedPattern = whole(qualified);
/** `example.com/MyName` or `MyName`: label and annotation keys, taint keys, finalizers, resource names. */
export const isQualifiedName: NameCheck = (text) => {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2) return [`a qualified name ${qualifiedMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const errors: string[] = [];
  if (second !== undefined) {
    if (first === '') errors.push(`prefix part ${empty}`);
    else errors.push(...isDNS1123Subdomain(first).map((message) => `prefix part ${message}`));
  }
  const name = second ?? first;
  if (name === '') errors.push(`name part ${empty}`);
  else if (tooLong(name, 63)) errors.push(`name part ${tooLongMessage(63, 'bytes')}`);
  if (!qualifiedPattern.test(name)) errors.push(`name part ${qualifiedMessage}`);
  return errors.length > 0 ? errors : none;
};

/** The value of a label. */
export const isValidLabelValue: NameCheck = check({
  form: labelValue, most: 63, unit: 'bytes', examples: ['MyValue', 'my_value', '12345'],
  message: "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
});

/** C identifier. */
export const isCIdentifier: NameCheck = check({
  form: '[A-Za-z_][A-Za-z0-9_]*', examples: ['my_name', 'MY_NAME', 'MyName'],
  message: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
});

const portNameRules: readonly (readonly [(text: string) => boolean, string])[] = [
  [(text) => /^[-a-z0-9]+$/.test(text), 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'],
  [(text) => /[a-z]/.test(text), 'must contain at least one letter (a-z)'],
  [(text) => !text.includes('--'), 'must not contain consecutive hyphens'],
  [(text) => !text.startsWith('-') && !text.endsWith('-'), 'must not begin or end with a hyphen'],
];
/** IANA service name: container and service ports. */
export const isValidPortName: NameCheck = (text) => [
  ...(tooLong(text, 15) ? [tooLongMessage(15)] : []),
  ...portNameRules.filter(([valid]) => !valid(text)).map(([, message]) => message),
];

/** 1 to 65535. */
export const isValidPortNumber = (port: number): readonly string[] => inRange(port, 1, 65535);
/** `must be between 1 and 65535, inclusive` when it is not. */
export const inRange = (number: number, least: number, most: number): readonly string[] =>
  number >= least && number <= most ? none : [`must be between ${least} and ${most}, inclusive`];

const parentDirectory: NameCheck = (text) => {
  if (text === '.') return ["must not be '.'"];
  if (text === '..') return ["must not be '..'"];
  return text.startsWith('..') ? ["must not start with '..'"] : none;
};
const strictEnvironment = check({
  form: environment, examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
  message: "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
});
/** The strict form, which upstream now asks only of names taken from elsewhere. */
export const isEnvVarName: NameCheck = (text) => [...strictEnvironment(text), ...parentDirectory(text)];

/** What a container may call a variable today: printable ASCII without `=`. */
export const isRelaxedEnvVarName: NameCheck = (text) => {
  if (text === '') return [`environment variable name ${empty}`];
  return /^[ -<>-~]+$/.test(text) ? none : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

const dataKey = check({ form: '[-._a-zA-Z0-9]+', most: 253, message: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", examples: ['key.name', 'KEY_NAME', 'key-name'] });
/** A key of a ConfigMap or Secret: it becomes a file name. */
export const isConfigMapKey: NameCheck = (text) => {
  const errors = dataKey(text);
  const directory = parentDirectory(text);
  return directory.length > 0 ? [...errors, ...directory] : errors;
};

/** `X-Header-Name`. */
export const isHTTPHeaderName: NameCheck = check({ form: '[-A-Za-z0-9]+', message: "a valid HTTP header must consist of alphanumeric characters or '-'", examples: ['X-Header-Name'] });
/** `25%`. */
export const isValidPercent: NameCheck = check({ form: '[0-9]+%', message: "a valid percent string must be a numeric string followed by an ending '%'", examples: ['1%', '93%'] });

/** A name that is only asked to be one segment of a URL path: roles, role bindings. */
export const isPathSegmentName: NameCheck = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((bad) => text.includes(bad)).map((bad) => `may not contain '${bad}'`);
};

/** `10.9.8.7` or `2001:db8::ffff`. */
export const isValidIP: NameCheck = (text) => (isIP(text) ? none : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']);
/** `10.9.8.0/24` or `2001:db8::/64`. */
export const isValidCIDR: NameCheck = (text) => (isCidr(text) ? none : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']);
