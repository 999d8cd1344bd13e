import type { CustomResourceDefinition, CustomResourceDefinitionNames, CustomResourceDefinitionStatus } from '../../schema/types';
import { approvalOf } from '../../kinds/apiextensions/conversion-rules';
import { withCondition } from '../../kinds/apiextensions/customresourcedefinition';
import { isConditionTrue } from '../../kinds/apiextensions/spec-rules';
import { equal } from '../../lib/equality';

type Taken = { readonly resources: ReadonlySet<string>; readonly kinds: ReadonlySet<string> };
type Names = CustomResourceDefinitionNames;
const noNames: Names = { plural: '', kind: '' };

/** The names that the other definitions of a group have been given. */
export function takenNames(others: Iterable<CustomResourceDefinition>): Taken {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { status } of others) {
    const { plural, singular, shortNames = [], kind, listKind } = status?.acceptedNames ?? noNames;
    for (const name of [plural, singular, ...shortNames]) if (name) resources.add(name);
    for (const name of [kind, listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

/** One or several names asked for, and the ones accepted before. */
type Question = { readonly name: keyof Names; readonly conflict: string; readonly among: keyof Taken };
const questions: readonly Question[] = [
  { name: 'plural', conflict: 'PluralConflict', among: 'resources' },
  { name: 'singular', conflict: 'SingularConflict', among: 'resources' },
  { name: 'shortNames', conflict: 'ShortNamesConflict', among: 'resources' },
  { name: 'kind', conflict: 'KindConflict', among: 'kinds' },
  { name: 'listKind', conflict: 'ListKindConflict', among: 'kinds' },
];

const listOf = (value: Names[keyof Names]): readonly string[] => (value === undefined ? [] : typeof value === 'string' ? [value] : value);

/** The status in which as many names as can be are accepted, and which says whether all are. `time` is that of a change. */
export function withNames({ spec, status = {} }: CustomResourceDefinition, taken: Taken, time: string): CustomResourceDefinitionStatus {
  let accepted: Names = status.acceptedNames ?? noNames;
  let conflict: { readonly reason: string; readonly message: string } | undefined;
  for (const { name, conflict: reason, among } of questions) {
    const mine = new Set(listOf(accepted[name]));
    const inUse = listOf(spec.names[name]).filter((each) => !mine.has(each) && taken[among].has(each)).map((each) => `${JSON.stringify(each)} is already in use`);
    if (inUse.length > 0) conflict ??= { reason, message: inUse.length === 1 ? inUse[0] ?? '' : `[${inUse.join(', ')}]` };
    else accepted = withName(accepted, name, spec.names[name]);
  }
  accepted = withName(accepted, 'categories', spec.names.categories);
  const named = withCondition({ ...status, acceptedNames: equal(accepted, status.acceptedNames) ? status.acceptedNames ?? accepted : accepted }, {
    type: 'NamesAccepted', lastTransitionTime: time, ...(conflict ? { status: 'False', ...conflict } : { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }),
  });
  if (status.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True')) return named;
  return withCondition(named, {
    type: 'Established', status: 'False', lastTransitionTime: time,
    ...(conflict ? { reason: 'NotAccepted', message: 'not all names are accepted' } : { reason: 'Installing', message: 'the initial names have been accepted' }),
  });
}

const withName = (names: Names, name: keyof Names, value: Names[keyof Names]): Names => {
  const { [name]: _old, ...rest } = names;
  return { ...rest, ...(value !== undefined && { [name]: value }) } as Names;   // plural and kind are in every spec
};

/** The status of a definition that is served from now on. */
export function withEstablished(definition: CustomResourceDefinition, time: string): CustomResourceDefinitionStatus {
  const { status = {} } = definition;
  if (!isConditionTrue(definition, 'NamesAccepted') || isConditionTrue(definition, 'Established')) return status;
  return withCondition(status, { type: 'Established', status: 'True', lastTransitionTime: time, reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' });
}

const approvals = {
  approved: { status: 'True', reason: 'ApprovedAnnotation' }, bypassed: { status: 'False', reason: 'UnapprovedAnnotation' },
  invalid: { status: 'False', reason: 'InvalidAnnotation' }, missing: { status: 'False', reason: 'MissingAnnotation' },
} as const;

/** Whether a group of Kubernetes' own is used with its approval; other groups are not asked. */
export function withApproval(definition: CustomResourceDefinition, time: string): CustomResourceDefinitionStatus {
  const { status = {} } = definition;
  const { state, reason: message } = approvalOf(definition);
  return state === 'none' ? status : withCondition(status, { type: 'KubernetesAPIApprovalPolicyConformant', lastTransitionTime: time, ...approvals[state], message });
}
