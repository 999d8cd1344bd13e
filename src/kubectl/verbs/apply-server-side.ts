import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { fieldElement } from '../../schema/field-set/element';
import { fromFieldsV1, toFieldsV1 } from '../../schema/field-set/fields-v1';
import { has, noFields, union } from '../../schema/field-set/set';
import type { ManagedFieldsEntry } from '../../schema/types';
import { CommandError } from '../errors';
import type { Intended } from '../targets';
import type { JsonRecord } from '../values';
import type { Context } from '../verb';

type Options = { readonly fieldManager: string; readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore'; readonly force: boolean; readonly dryRun?: true };

const defaultManager = 'kubectl';
const lastAppliedManager = 'kubectl-last-applied';
const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Applies a manifest in the server. What had been applied by the client before comes along: its annotation keeps an owner, and its fields become those of
 * this applier, so that what the manifest no longer has goes. Throws what kubectl says of conflicts.
 */
export async function applyOnServer({ connection }: Context, target: Intended, options: Options): Promise<KubeObject> {
  const send = (body: unknown, fieldManager: string): Promise<KubeObject> => connection.patch(target, 'apply', body, { ...options, fieldManager });
  try {
    const applied = await send(target.object, options.fieldManager);
    const text = applied.metadata.annotations?.[annotation];
    if (options.fieldManager !== defaultManager || options.dryRun || text === undefined) return applied;
    const { apiVersion, kind, metadata: { name, namespace } } = applied;
    const place = { name, ...(namespace !== undefined && { namespace }) };
    const noted = await send({ apiVersion, kind, metadata: { ...place, annotations: { [annotation]: text } } }, lastAppliedManager);
    const body = takingOver(await connection.owners(target), noted.metadata.resourceVersion);
    if (!body) return noted;
    await connection.patch(target, 'json', body, {});
    return await send(target.object, options.fieldManager);
  } catch (error) { throw explained(error); }
}

/** The JSON patch that gives this applier what client-side appliers own; undefined when there are none. They are known by the annotation they write. */
function takingOver(entries: readonly ManagedFieldsEntry[], resourceVersion: string): readonly JsonRecord[] | undefined {
  const path = ['metadata', 'annotations', annotation].map(fieldElement);
  const writers = entries.filter(({ operation, fieldsV1 }) => operation === 'Update' && has(fromFieldsV1(fieldsV1), path));
  const managers = new Set(writers.map(({ manager }) => manager));
  if (managers.size === 0) return undefined;
  const isClients = ({ operation, manager, subresource }: ManagedFieldsEntry): boolean => operation === 'Update' && managers.has(manager) && !subresource;
  const isOurs = ({ operation, manager, subresource }: ManagedFieldsEntry): boolean => operation === 'Apply' && manager === defaultManager && !subresource;
  const mine = entries.filter((entry) => isOurs(entry) || isClients(entry));
  const [first] = [...mine.filter(isOurs), ...mine];
  if (!first) return undefined;
  const fields = mine.reduce((all, { fieldsV1 }) => union(all, fromFieldsV1(fieldsV1)), noFields);
  const owner = { ...first, manager: defaultManager, operation: 'Apply', fieldsV1: toFieldsV1(fields) };
  return [
    { op: 'replace', path: '/metadata/managedFields', value: [owner, ...entries.filter((entry) => !mine.includes(entry))] },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ];
}

const advice = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

function explained(error: unknown): unknown {
  if (!StatusError.is(error, 'Conflict') || error.causes.length === 0) return error;
  return new CommandError(`${error.message}${advice}`);
}
