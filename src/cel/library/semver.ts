import { CelRuntimeError } from '../errors';
import { bool, fn, method, own, str, type Overload } from '../overload';
import { boolType, intType, opaque } from '../types';
import { Opaque } from '../values';

/** A version of semver.org 2.0.0. */
export class CelSemver extends Opaque {
  readonly typeName = 'kubernetes.Semver';
  constructor(readonly numbers: readonly [bigint, bigint, bigint], readonly prerelease: readonly string[]) { super(); }
  equals(other: Opaque): boolean { return other instanceof CelSemver && compareVersions(this, other) === 0; }
}

const form = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?(?:\+[0-9A-Za-z.-]+)?$/;

/** With `v` before it, leading zeros, and parts left out. */
function normalized(text: string): string {
  const [, numbers = '', rest = ''] = /^v?([\d.]*)(.*)$/s.exec(text) ?? [];
  const parts = numbers.split('.').map((part) => part.replace(/^0+(?=\d)/, ''));
  return [...parts, ...Array.from({ length: Math.max(0, 3 - parts.length) }, () => '0')].join('.') + rest;
}

function parse(text: string, normalize = false): CelSemver | undefined {
  const [, major, minor, patch, prerelease = ''] = form.exec(normalize ? normalized(text) : text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return new CelSemver([BigInt(major), BigInt(minor), BigInt(patch)], prerelease.split('.').filter(Boolean));
}

function required(text: string, normalize = false): CelSemver {
  const version = parse(text, normalize);
  if (!version) throw new CelRuntimeError(/^\d+\.\d+\.\d+/.test(text) ? 'Invalid character(s) found in version' : 'No Major.Minor.Patch elements found');
  return version;
}

function compareVersions(a: CelSemver, b: CelSemver): number {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return a.numbers[i] < b.numbers[i] ? -1 : 1;
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return Math.sign(b.prerelease.length - a.prerelease.length);
  for (const [i, part] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return 1;
    const order = comparePart(part, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0;
}

function comparePart(a: string, b: string): number {
  const [aNumber, bNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumber && bNumber) return Math.sign(Number(a) - Number(b));
  if (aNumber !== bNumber) return aNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const version = own('kubernetes.Semver', CelSemver);
const versionType = opaque('kubernetes.Semver');

export const semanticVersions: readonly Overload[] = [
  fn('semver', [str], versionType, required),
  fn('semver', [str, bool], versionType, required),
  fn('isSemver', [str], boolType, (text) => parse(text) !== undefined),
  fn('isSemver', [str, bool], boolType, (text, normalize) => parse(text, normalize) !== undefined),
  ...(['major', 'minor', 'patch'] as const).map((name, i) => method(name, [version], intType, ({ numbers }) => numbers[i] ?? 0n)),
  method('isLessThan', [version, version], boolType, (a, b) => compareVersions(a, b) < 0),
  method('isGreaterThan', [version, version], boolType, (a, b) => compareVersions(a, b) > 0),
  method('compareTo', [version, version], intType, (a, b) => BigInt(compareVersions(a, b))),
];
