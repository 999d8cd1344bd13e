import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as names from '../../src/lib/names';

const qualified =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character " +
  "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('what is wrong with a name', () => {
  test.each([
    [names.isDNS1123Subdomain, 'Upper', [subdomain]], [names.isDNS1123Subdomain, 'x'.repeat(254), ['must be no more than 253 characters']], [names.isDNS1123Subdomain, 'a.b..c', [subdomain]],
    [names.isDNS1123Label, 'Bad_Name', [label]], [names.isDNS1123Label, 'a.b', ['must not contain dots']], [names.isDNS1123Label, 'n'.repeat(64), ['must be no more than 63 characters']],
    [names.isDNS1035Label, '1a', [
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character " +
      "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ]],
    [names.isQualifiedName, '', ['name part must be non-empty', qualified]], [names.isQualifiedName, 'bad key!', [qualified]], [names.isQualifiedName, 'bad name/x', [`prefix part ${subdomain}`]],
    [names.isQualifiedName, '/x', ['prefix part must be non-empty']], [names.isQualifiedName, 'x'.repeat(64), ['name part must be no more than 63 bytes']],
    [names.isValidLabelValue, 'v'.repeat(64), ['must be no more than 63 bytes']],
    [names.isValidPortName, 'waytoolongportname', ['must be no more than 15 characters']], [names.isValidPortName, 'a--b', ['must not contain consecutive hyphens']],
    [names.isValidPortName, '12', ['must contain at least one letter (a-z)']],
    [names.isConfigMapKey, '..', ["must not be '..'"]],
    [names.isConfigMapKey, 'bad key', [
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' " +
      "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ]],
    [names.isRelaxedEnvVarName, 'a=b', ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
    [names.isPathSegmentName, 'a/b', ["may not contain '/'"]], [names.isPathSegmentName, '..', ["may not be '..'"]],
    [names.isValidIP, 'nope', ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']], [names.isValidCIDR, 'x', ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']],
  ])('%o %j', (check, text, errors) => expect(check(text)).toEqual(errors));
  test('ports', () => {
    expect(names.isValidPortNumber(0)).toEqual(['must be between 1 and 65535, inclusive']);
    expect(names.isValidPortNumber(65535)).toEqual([]);
  });
});

describe('what is right', () => {
  test.each([
    [names.isDNS1123Subdomain, 'a.b-c.d'], [names.isDNS1123Label, '0-a'], [names.isQualifiedName, 'example.com/My_Name.1'],
    [names.isValidLabelValue, ''], [names.isEnvVarName, 'MY_VAR'], [names.isRelaxedEnvVarName, '1 odd-name'],
    [names.isConfigMapKey, '.hidden'], [names.isWildcardDNS1123Subdomain, '*.example.com'], [names.isHTTPHeaderName, 'X-A'], [names.isValidPercent, '25%'], [names.isCIdentifier, '_a1'],
  ])('%o %j', (check, text) => expect(check(text)).toEqual([]));
  test('every label is a subdomain', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', '0', '-', '.', 'A'), maxLength: 70 }), (text) => {
      if (names.isDNS1123Label(text).length === 0) expect(names.isDNS1123Subdomain(text)).toEqual([]);
    }));
  });
  test('length counts bytes', () => { fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => { expect(names.utf8Length(text)).toBe(new TextEncoder().encode(text).length); })); });
});
