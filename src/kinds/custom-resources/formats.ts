import { isCidr, isIPv4, isIPv6 } from '../../lib/cidr';
import { base64ErrorAt } from '../../lib/base64';
import { isDNS1123Label, isDNS1123Subdomain } from '../../lib/names';

type Test = (text: string) => boolean;
const form = (pattern: RegExp): Test => (text) => pattern.test(text);

const uuid = (version: string, variant = '[0-9a-f]'): Test =>
  form(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i'));

const dateForm = /^(\d{4})-(\d\d)-(\d\d)$/;
function isDate(text: string): boolean {
  const [, year, month, day] = dateForm.exec(text) ?? [];
  if (year === undefined) return false;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= days;
}

/** RFC 3339, in the forms that upstream's parser takes. */
function isDateTime(text: string): boolean {
  const [, date, hour, minute, second] = /^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[-+]\d\d:?\d\d)?$/.exec(text) ?? [];
  return date !== undefined && isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
}

const units = '(?:ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)';
const duration = new RegExp(`^(?:0|-?(?:\\d+(?:\\.\\d*)?|\\.\\d+)\\s*${units}(?:\\s*(?:\\d+(?:\\.\\d*)?|\\.\\d+)\\s*${units})*)$`, 'i');

function isUri(text: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:[^\s]+|\/[^\s]*)$/i.test(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

function isLuhn(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, '');
  const sum = [...digits].reverse().map(Number).map((digit, at) => (at % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2)).reduce((a, b) => a + b, 0);
  return /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/.test(digits) && sum % 10 === 0;
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  return [...digits].map((each, at) => (each === 'X' ? 10 : Number(each)) * (10 - at)).reduce((a, b) => a + b, 0) % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  return /^\d{13}$/.test(digits) && [...digits].map((each, at) => Number(each) * (at % 2 === 0 ? 1 : 3)).reduce((a, b) => a + b, 0) % 10 === 0;
}

/** The string formats that are checked; any other is stored and means nothing. */
export const formats: Readonly<Record<string, Test>> = {
  bsonobjectid: form(/^[0-9a-f]{24}$/i),
  uri: isUri,
  email: form(/^[^\s@<>()]+@[^\s@<>()]+$/),
  hostname: (text) => text.length <= 255 && text.split('.').every((part) => part.length <= 63) && /^[a-z0-9\p{L}](?:[-a-z0-9_.\p{L}]*[a-z0-9\p{L}])?\.?$/iu.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: form(/^(?:[0-9a-f]{2}([-:]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/i),
  uuid: form(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid3: uuid('3'),
  uuid4: uuid('4', '[89ab]'),
  uuid5: uuid('5', '[89ab]'),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isLuhn,
  ssn: form(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: form(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i),
  rgbcolor: form(/^rgb\(\s*(?:(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-5])\s*(?:,\s*|(?=\)))){3}\)$/i),
  byte: (text) => base64ErrorAt(text) === undefined,
  password: () => true,
  date: isDate,
  duration: form(duration),
  'date-time': isDateTime,
  datetime: isDateTime,
  'k8s-short-name': (text) => isDNS1123Label(text).length === 0,
  'k8s-long-name': (text) => isDNS1123Subdomain(text).length === 0,
};
