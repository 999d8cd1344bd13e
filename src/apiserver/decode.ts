import { badRequest, invalid, invalidValue, StatusError } from '../api/status';
import type { KubeObject } from '../api/types';
import type { Kind } from '../kinds/define';
import { formatGo } from '../lib/go-format';
import { coerced, withMetadata } from '../kinds/custom-resources/coerce';
import { withDefaults } from '../kinds/custom-resources/defaults';
import type { CustomSchema } from '../kinds/custom-resources/kinds';
import { isObject, type JsonObject } from '../lib/json';
import { decode, DecodeError, type Decoded } from '../schema/decode';
import { definitionOf } from '../schema/facts';
import type { Scope } from './context';
import type { Draft } from './metadata';

/** Group versions that upstream can still read although it serves them no more. */
const retiredVersions: ReadonlySet<string> = new Set([
  'extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2', 'batch/v1beta1', 'policy/v1beta1', 'networking.k8s.io/v1beta1', 'autoscaling/v2beta1', 'autoscaling/v2beta2',
  'rbac.authorization.k8s.io/v1beta1', 'storage.k8s.io/v1beta1', 'discovery.k8s.io/v1beta1', 'coordination.k8s.io/v1beta1', 'scheduling.k8s.io/v1beta1', 'events.k8s.io/v1beta1',
]);
const scheme = 'pkg/api/legacyscheme/scheme.go:30';

/** The body of a create or update as an object of `kind`; `stored` is what an update is of. Throws BadRequest in the words of upstream's decoder. */
export function decodeBody(scope: Scope, kind: Kind, body: unknown, stored?: KubeObject): Draft {
  if (kind.schema) return decodeCustom(scope, kind, kind.schema, isObject(body) ? body : {});
  const { apiVersion, kind: said } = kindOf(body);
  const refuse = (why: string): StatusError =>
    badRequest(`${said ?? kind.kind} in version ${JSON.stringify(versionOf(apiVersion ?? kind.apiVersion))} cannot be handled as a ${kind.kind}: ${why}`);
  checkKind(kind, apiVersion, said, refuse);
  const { value, problems } = decoded(kind, body ?? {}, refuse, stored);
  reportAll(scope, problems, refuse, scope.request.fieldPlaces);
  return drafted(value);
}

/** The outcome of a patch as an object of `kind`; what is wrong with it is said of the patch. */
export function decodePatched(scope: Scope, kind: Kind, body: JsonObject): Draft {
  const { patchType } = scope.request;
  const shown = (): string => (patchType === 'strategic' ? formatGo(scope.request.body) : JSON.stringify(body));
  const refuse = (why: string): StatusError => invalid({ resource: '', kind: '', group: '' }, '', [invalidValue('patch', shown(), why)]);
  const { definition, schema } = kind;
  if (schema) {
    const { value, problems } = attempt(() => coerced(body, schema.structural), refuse);
    reportAll(scope, problems, refuse);
    return drafted(withDefaults(value, schema.structural));
  }
  if (definition === undefined) return drafted(body);
  const { value, problems } = attempt(() => decode(definition, body, patchType === 'strategic' ? 'fields' : 'json'), refuse);
  reportAll(scope, problems, refuse);
  return drafted(value);
}

/** Custom resources are decoded by the schema of the version they come in, and only then compared with what was asked for. */
function decodeCustom(scope: Scope, kind: Kind, schema: CustomSchema, body: JsonObject): Draft {
  const { apiVersion = kind.apiVersion, kind: said = kind.kind } = kindOf(body);
  const { group, version } = groupVersion(apiVersion);
  const refuse = (why: string): StatusError => badRequest(`${said} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: ${why}`);
  const isOurs = group === kind.group && said === kind.kind;
  const { value, problems } = attempt(() => (isOurs ? coerced(body, schema.versions.get(version)) : withMetadata(body, '')), refuse);
  reportAll(scope, problems, refuse);
  if (apiVersion !== kind.apiVersion) throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`);
  if (!isOurs) throw invalid({ ...kind, kind: said }, drafted(value).metadata?.name ?? '', [invalidValue('kind', said, `must be ${kind.kind}`)]);
  return drafted(withDefaults(value, schema.structural));
}

type Refuse = (why: string) => StatusError;

function decoded(kind: Kind, body: unknown, refuse: Refuse, stored: KubeObject | undefined): Decoded {
  const { definition } = kind;
  if (definition === undefined) return { value: isObject(body) ? body : {}, problems: [] };
  return attempt(() => decode(definition, body, 'json', stored), refuse);
}

function attempt(work: () => Decoded, refuse: Refuse): Decoded {
  try { return work(); } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

/**
 * Unknown and duplicate fields are warned of unless the request asks for an error or for silence. Go's typed decoder finds both as it goes
 * through the text; without `places` duplicates were found before.
 */
function reportAll({ request, warnings }: Scope, found: readonly string[], refuse: Refuse, places?: ReadonlyMap<string, number>): void {
  const all = request.bodyProblems?.length ? [...request.bodyProblems, ...found] : found;
  const placeOf = (problem: string): number => places?.get(/"(.*)"/.exec(problem)?.[1] ?? '') ?? 0;
  const problems = places ? [...all].sort((a, b) => placeOf(a) - placeOf(b)) : all;
  if (problems.length === 0 || request.options?.fieldValidation === 'Ignore') return;
  if (request.options?.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${problems.join(', ')}`);
  warnings.push(...problems);
}

function kindOf(body: unknown): { readonly apiVersion: string | undefined; readonly kind: string | undefined } {
  const { apiVersion, kind }: JsonObject = isObject(body) ? body : {};
  return { apiVersion: textOf(apiVersion), kind: textOf(kind) };
}
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

const groupVersion = (apiVersion: string): { group: string; version: string } => {
  const [group, version] = apiVersion.split('/');
  return version === undefined ? { group: '', version: group ?? '' } : { group: group ?? '', version };
};
const versionOf = (apiVersion: string): string => groupVersion(apiVersion).version;
/** Go's package of the group: `core.Pod`, `apps.Deployment`. */
const internalGroup = (group: string): string => group.split('.', 1)[0] || 'core';

function checkKind(kind: Kind, apiVersion = kind.apiVersion, said = kind.kind, refuse: Refuse): void {
  if (apiVersion === kind.apiVersion && said === kind.kind) return;
  const { group, version } = groupVersion(apiVersion);
  const known = definitionOf({ group, version, kind: said }) !== undefined || (retiredVersions.has(apiVersion) && said === kind.kind);
  if (!known) throw refuse(`no kind ${JSON.stringify(said)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(scheme)}`);
  if (said === kind.kind) throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`);
  throw refuse(`converting (${version}.${said}) to (${internalGroup(kind.group)}.${kind.kind}): unknown conversion`);
}

/** What its schema let pass, or what has no schema: the fields that a draft may have are of the draft's types. */
const drafted = (value: JsonObject): Draft => value;
