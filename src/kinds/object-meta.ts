import { forbiddenField, invalidValue, required, tooLong, type FieldError } from '../api/status';
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  isQualifiedName,
  isValidLabelValue,
  utf8Length,
  type NameCheck,
} from '../lib/names';
import type { ObjectMeta, OwnerReference } from '../schema/types';
import { isCanonicalIP } from './addresses';
import type { NameForm } from './define';
import { named } from './rule-parts';

const nameChecks: Readonly<Record<NameForm, NameCheck>> = {
  subdomain: isDNS1123Subdomain,
  label: isDNS1123Label,
  rfc1035: isDNS1035Label,
  'path-segment': isPathSegmentName,
  ip: isCanonicalIP,
};
const annotationsMaxBytes = 256 * 1024;
/** Finalizers that need no domain before their name. */
const standardFinalizers: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

const none: readonly FieldError[] = [];

/** Rules about one value alone, remembered by its identity: most objects share these parts, and every write of an object brings them again. */
function remembered<T extends object>(rules: (value: T) => Iterable<FieldError>): (value: T | undefined) => readonly FieldError[] {
  const known = new WeakMap<T, readonly FieldError[]>();
  return (value) => {
    if (value === undefined) return none;
    const before = known.get(value);
    if (before) return before;
    const found = [...rules(value)];
    known.set(value, found.length === 0 ? none : found);
    return found;
  };
}

const labelErrors = remembered((labels: Readonly<Record<string, string>>) => labelsRules(labels, 'metadata.labels'));
const annotationErrors = remembered((annotations: Readonly<Record<string, string>>) => annotationsRules(annotations, 'metadata.annotations'));
const ownerErrors = remembered((owners: readonly OwnerReference[]) => ownerRules(owners));
const newFinalizerErrors = remembered((finalizers: readonly string[]) => finalizersRules(finalizers, true));
const finalizerErrors = remembered((finalizers: readonly string[]) => finalizersRules(finalizers, false));
const anyNewFinalizerErrors = remembered((finalizers: readonly string[]) => newFinalizersRules(finalizers));

/** What is wrong with an object's metadata; with the stored one on an update. In upstream's order. */
export function metadataRules(meta: ObjectMeta, previous: ObjectMeta | undefined, namespaced: boolean, nameForm: NameForm, anyFinalizers = false): readonly FieldError[] {
  const parts = [
    identityErrors(meta, previous, namespaced, nameForm),
    labelErrors(meta.labels),
    annotationErrors(meta.annotations),
    ownerErrors(meta.ownerReferences),
    anyFinalizers ? (previous ? none : anyNewFinalizerErrors(meta.finalizers)) : (previous ? finalizerErrors : newFinalizerErrors)(meta.finalizers),
  ];
  if (parts.every((errors) => errors.length === 0)) return none;
  return previous ? twice(parts.flat()) : parts.flat();
}

/** Who the object is. The usual answer, that nothing is wrong, is found without making anything: every write passes here. */
function identityErrors(meta: ObjectMeta, previous: ObjectMeta | undefined, namespaced: boolean, nameForm: NameForm): readonly FieldError[] {
  if (previous) return previous.deletionTimestamp || immutable.some((key) => meta[key] !== previous[key]) ? [...changeRules(meta, previous)] : none;
  const { name, generateName, namespace } = meta;
  const check = nameChecks[nameForm];
  const isPlain = namespaced ? isKnownNamespace(namespace) : !namespace;
  if (isPlain && name && check(name).length === 0 && (!generateName || check(withoutTrailingDash(generateName)).length === 0)) return none;
  return [...nameRules(meta, check), ...namespaceRules(meta, namespaced)];
}

let lastNamespace = '';

/** Whether it is well formed; the one that was asked for last is known to be. */
function isKnownNamespace(namespace: string | undefined): boolean {
  if (!namespace || (namespace !== lastNamespace && isDNS1123Label(namespace).length > 0)) return false;
  lastNamespace = namespace;
  return true;
}

/** Of an update upstream's registry and its kinds judge the metadata both: each error is among the causes twice. */
const twice = (errors: readonly FieldError[]): readonly FieldError[] => (errors.length === 0 ? errors : [...errors, ...errors]);

function* nameRules({ name, generateName }: ObjectMeta, check: NameCheck): Iterable<FieldError> {
  if (generateName) for (const message of check(withoutTrailingDash(generateName))) yield invalidValue('metadata.generateName', generateName, message);
  if (!name) yield required('metadata.name', 'name or generateName is required');
  else yield* named(check, 'metadata.name', name);
}

/** A name to be generated may end with a dash: more follows it. */
const withoutTrailingDash = (base: string): string => (base.length > 1 && base.endsWith('-') ? `${base.slice(0, -2)}a` : base);

function* namespaceRules({ namespace }: ObjectMeta, namespaced: boolean): Iterable<FieldError> {
  if (!namespaced) {
    if (namespace) yield forbiddenField('metadata.namespace', 'not allowed on this type');
  } else if (!namespace) yield required('metadata.namespace');
  else yield* named(isDNS1123Label, 'metadata.namespace', namespace);
}

/** Keys and values of labels; also of selectors that are plain maps. */
export function* labelsRules(labels: Readonly<Record<string, string>> | undefined, field: string): Iterable<FieldError> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    yield* named(isQualifiedName, field, key);
    yield* named(isValidLabelValue, field, value);
  }
}

/** Annotation keys, which may have capitals, and their size together. */
export function* annotationsRules(annotations: Readonly<Record<string, string>> | undefined, field: string): Iterable<FieldError> {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const message of isQualifiedName(key.toLowerCase())) yield invalidValue(field, key, message);
    bytes += utf8Length(key) + utf8Length(value);
  }
  if (bytes > annotationsMaxBytes) yield tooLong(field, annotationsMaxBytes);
}

function* ownerRules(owners: readonly OwnerReference[]): Iterable<FieldError> {
  const field = 'metadata.ownerReferences';
  let controller: OwnerReference | undefined;
  for (const owner of owners) {
    if (!owner.apiVersion || owner.apiVersion.endsWith('/')) yield invalidValue(`${field}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty');
    for (const key of ['kind', 'name', 'uid'] as const) if (!owner[key]) yield invalidValue(`${field}.${key}`, owner[key] ?? '', 'must not be empty');
    if (owner.apiVersion === 'v1' && owner.kind === 'Event') yield invalidValue(field, owner, '/v1, Kind=Event is disallowed from being an owner');
    if (!owner.controller) continue;
    if (controller) {
      const [first, second] = [controller, owner].map(({ kind, name }) => `${kind}/${name}`);
      yield invalidValue(field, owners, `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`);
    }
    controller ??= owner;
  }
}

function* finalizersRules(finalizers: readonly string[], isNew: boolean): Iterable<FieldError> {
  if (isNew) yield* newFinalizersRules(finalizers);
  for (const [i, finalizer] of finalizers.entries()) {
    if (!finalizer.includes('/') && !standardFinalizers.has(finalizer))
      yield invalidValue(`metadata.finalizers[${i}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
  }
}

function* newFinalizersRules(finalizers: readonly string[]): Iterable<FieldError> {
  for (const finalizer of finalizers) yield* named(isQualifiedName, 'metadata.finalizers', finalizer);
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    yield invalidValue('metadata.finalizers', finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
}

const immutable = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

function* changeRules(meta: ObjectMeta, previous: ObjectMeta): Iterable<FieldError> {
  if (previous.deletionTimestamp) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !previous.finalizers?.includes(finalizer)).sort();
    if (added.length > 0) {
      const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
      yield forbiddenField('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`);
    }
  }
  for (const key of immutable) if (meta[key] !== previous[key]) yield invalidValue(`metadata.${key}`, meta[key], 'field is immutable');
}
