import { invalidValue, type FieldError } from '../../../api/status';

export const levels = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof levels)[number];
/** A level of the Pod Security Standards as some minor version of Kubernetes understood it; Infinity is the latest. */
export type LevelVersion = { readonly level: Level; readonly minor: number };
/** What a namespace's labels ask for. */
export type Policy = { readonly enforce: LevelVersion; readonly audit: LevelVersion; readonly warn: LevelVersion; readonly errors: readonly FieldError[] };
type Labels = Readonly<Record<string, string>>;

const prefix = 'pod-security.kubernetes.io/';
const privileged: LevelVersion = { level: 'privileged', minor: Infinity };
export const privilegedPolicy: Policy = { enforce: privileged, audit: privileged, warn: privileged, errors: [] };

/** `restricted:latest`, `baseline:v1.30`. */
export const formatLevel = ({ level, minor }: LevelVersion): string => `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`;
export const sameLevel = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;
export const stricter = (a: Level, b: Level): boolean => levels.indexOf(a) > levels.indexOf(b);

const known = new WeakMap<Labels, Policy>();

/** The policy of a namespace by its labels, worked out once for each set of them. A wrong label enforces the strictest, and warns of nothing. */
export function policyOf(labels: Labels | undefined): Policy {
  if (!labels) return privilegedPolicy;
  const before = known.get(labels);
  if (before) return before;
  const policy = Object.keys(labels).some((label) => label.startsWith(prefix)) ? parsed(labels) : privilegedPolicy;
  known.set(labels, policy);
  return policy;
}

function parsed(labels: Labels): Policy {
  const errors: FieldError[] = [];
  const enforce = modeOf(labels, 'enforce', 'restricted', errors);
  const audit = modeOf(labels, 'audit', 'privileged', errors);
  const warn = modeOf(labels, 'warn', 'privileged', errors);
  const enforced = labels[`${prefix}enforce`];
  const isSet = enforced !== undefined && isLevel(enforced);
  if (!isSet || labels[`${prefix}warn`] !== undefined || !stricter(enforce.level, warn.level)) return { enforce, audit, warn, errors };
  // Whoever enforces and says nothing of warnings is warned of what would be refused.
  return { enforce, audit, warn: labels[`${prefix}warn-version`] === undefined ? enforce : { ...warn, level: enforce.level }, errors };
}

function modeOf(labels: Labels, mode: string, whenWrong: Level, errors: FieldError[]): LevelVersion {
  const level = labels[`${prefix}${mode}`];
  const version = labels[`${prefix}${mode}-version`];
  const minor = version === undefined ? Infinity : minorOf(version);
  if (level !== undefined && !isLevel(level)) errors.push(invalidValue(`metadata.labels[${prefix}${mode}]`, level, `must be one of ${levels.join(', ')}`));
  if (minor === undefined) errors.push(invalidValue(`metadata.labels[${prefix}${mode}-version]`, version, 'must be "latest" or "v1.x"'));
  return { level: level === undefined ? 'privileged' : isLevel(level) ? level : whenWrong, minor: minor ?? Infinity };
}

const isLevel = (text: string): text is Level => levels.some((level) => level === text);

function minorOf(version: string): number | undefined {
  if (version === 'latest') return Infinity;
  const digits = /^v1\.(0|[1-9][0-9]*)$/.exec(version)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
