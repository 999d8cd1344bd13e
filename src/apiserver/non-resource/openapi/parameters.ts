import type { OpenApiSchema } from '../../../schema/openapi';

type Parameter = OpenApiSchema & { readonly name: string };

const query = (name: string, type: 'string' | 'boolean' | 'integer', description: string): Parameter =>
  ({ name, in: 'query', description, schema: { type, uniqueItems: true } });

const path = (name: string, description: string): Parameter => ({ name, in: 'path', description, required: true, schema: { type: 'string', uniqueItems: true } });

const pretty = query('pretty', 'string', 'Print the answer with line breaks and indentation.');
const dryRun = query('dryRun', 'string', 'Go through every stage of the request but store nothing. The only value is All.');
const fieldManager = query('fieldManager', 'string', 'Who makes the change, at most 128 printable characters. Required when applying.');
const fieldValidation = query('fieldValidation', 'string', 'What to do about unknown and duplicate fields: Ignore drops them, Warn drops them and warns, Strict refuses the request.');
const force = query('force', 'boolean', 'Take over fields that others own when applying. Not for other patches.');
const gracePeriodSeconds = query('gracePeriodSeconds', 'integer', 'How long the object may take to end; 0 deletes it at once.');
const propagationPolicy = query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.');
const orphanDependents = query('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.');
const ignoreReadErrors = query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean', 'Delete the object even when it cannot be read from the store.');
const deleting = [gracePeriodSeconds, ignoreReadErrors, orphanDependents, propagationPolicy];
const labelSelector = query('labelSelector', 'string', 'Only objects whose labels match.');
const fieldSelector = query('fieldSelector', 'string', 'Only objects whose fields match.');
const resourceVersion = query('resourceVersion', 'string', 'The version of the data that may be answered from.');
const listing = [
  query('allowWatchBookmarks', 'boolean', 'Send bookmark events while watching.'),
  query('continue', 'string', 'Go on with a list after the page that gave this token.'),
  fieldSelector, labelSelector,
  query('limit', 'integer', 'At most this many objects in one answer.'),
  resourceVersion,
  query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
  query('sendInitialEvents', 'boolean', 'Begin a watch with what exists, and a bookmark after it.'),
  query('timeoutSeconds', 'integer', 'End the answer after this time.'),
];
const watch = query('watch', 'boolean', 'Follow changes instead of listing.');

/** The query parameters of each action. */
export const queryParameters = {
  none: [],
  list: [...listing, watch],
  create: [dryRun, fieldManager, fieldValidation],
  update: [dryRun, fieldManager, fieldValidation],
  patch: [dryRun, fieldManager, fieldValidation, force],
  delete: [dryRun, ...deleting],
  deletecollection: [...listing.filter(({ name }) => name !== 'allowWatchBookmarks'), dryRun, ...deleting],
} as const satisfies Readonly<Record<string, readonly Parameter[]>>;

export type ParameterSet = keyof typeof queryParameters;

/** What every operation of a path takes: the names in it, and `pretty`; under the old watch prefix also what a watch takes. */
export function pathParameters(route: string, kind: string): readonly Parameter[] {
  return [
    ...(route.includes('/watch/') ? [...listing, watch] : []),
    ...(route.includes('{name}') ? [path('name', `name of the ${kind}`)] : []),
    ...(route.includes('{namespace}') ? [path('namespace', 'object name and auth scope, such as for teams and projects')] : []),
    ...(route.includes('{path}') ? [path('path', 'path to the resource')] : []),
    pretty,
  ].sort((a, b) => Number(a.in === 'query') - Number(b.in === 'query') || (a.name < b.name ? -1 : 1));
}
