import { invalidValue, type FieldError } from '../../api/status';
import type { CustomResourceDefinition, CustomResourceDefinitionNames, CustomResourceDefinitionSpec, CustomResourceDefinitionStatus } from '../../schema/types';
import { defineKind } from '../define';
import { approvalRules } from './conversion-rules';
import { namesRules } from './names-rules';
import { preserveRules, specRules, storedVersionRules } from './spec-rules';

/** Holds a definition that is being deleted until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Definitions of custom resources. */
export const CustomResourceDefinitions = defineKind<CustomResourceDefinition>('customresourcedefinitions.apiextensions.k8s.io', {
  generation: true,
  anyFinalizers: true,
  defaults(definition) {
    const spec = withDefaults(definition.spec);
    return spec === definition.spec ? definition : { ...definition, spec };
  },
  prepareForCreate: (definition) => ({ ...definition, status: withStorageVersion(definition.status ?? {}, definition.spec) }),
  prepareForUpdate(definition) {
    const status = withStorageVersion(definition.status ?? {}, definition.spec);
    return status === definition.status ? definition : { ...definition, status };
  },
  *rules(definition, { previous }) {
    if (!previous) yield* nameRules(definition);
    yield* specRules(definition, previous);
    yield* statusRules(definition);
    yield* storedVersionRules(definition);
    yield* approvalRules(definition, previous);
    yield* preserveRules(definition, previous);
  },
  partRules: statusRules,
  beginDeletion: (definition, time) => ({
    ...definition,
    metadata: {
      ...definition.metadata, deletionTimestamp: time, finalizers: [...(definition.metadata.finalizers ?? []).filter((each) => each !== cleanupFinalizer), cleanupFinalizer],
    },
    status: withCondition(definition.status ?? {}, {
      type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', lastTransitionTime: time,
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    }),
  }),
});

type Condition = NonNullable<CustomResourceDefinitionStatus['conditions']>[number];

/** The status with a condition set; its time stays while its status does. */
export function withCondition(status: CustomResourceDefinitionStatus, condition: Condition): CustomResourceDefinitionStatus {
  const conditions = status.conditions ?? [];
  const known = conditions.find(({ type }) => type === condition.type);
  const next = known && known.status === condition.status && known.lastTransitionTime ? { ...condition, lastTransitionTime: known.lastTransitionTime } : condition;
  return { ...status, conditions: known ? conditions.map((each) => (each === known ? next : each)) : [...conditions, next] };
}

function withDefaults(spec: CustomResourceDefinitionSpec): CustomResourceDefinitionSpec {
  const names = withDefaultNames(spec.names);
  const conversion = spec.conversion ?? { strategy: 'None' };
  const { webhook } = conversion;
  const service = webhook?.clientConfig?.service;
  const complete = service && service.port === undefined ? { ...conversion, webhook: { ...webhook, clientConfig: { ...webhook.clientConfig, service: { ...service, port: 443 } } } } : conversion;
  return names === spec.names && complete === spec.conversion ? spec : { ...spec, names, conversion: complete };
}

function withDefaultNames(names: CustomResourceDefinitionNames): CustomResourceDefinitionNames {
  const { kind, singular, listKind } = names;
  if (!kind || (singular && listKind)) return names;
  return { ...names, singular: singular || kind.toLowerCase(), listKind: listKind || `${kind}List` };
}

/** What is stored from now on is noted as stored. */
function withStorageVersion(status: CustomResourceDefinitionStatus, { versions }: CustomResourceDefinitionSpec): CustomResourceDefinitionStatus {
  const storage = versions.find((version) => version.storage)?.name;
  const stored = status.storedVersions ?? [];
  return storage === undefined || stored.includes(storage) ? status : { ...status, storedVersions: [...stored, storage] };
}

function* nameRules({ metadata: { name }, spec: { names, group } }: CustomResourceDefinition): Iterable<FieldError> {
  if (name !== `${names.plural}.${group}`) yield invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group');
}

function* statusRules({ status }: CustomResourceDefinition): Iterable<FieldError> {
  if (status?.acceptedNames) yield* namesRules(status.acceptedNames, 'status.acceptedNames');
}
