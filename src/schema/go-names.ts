import { definitions, referenced, shortName, type Schema } from './facts';

/** Fields whose Go type is a named string: `Struct.field` (or `*.field`) to type. */
const namedStrings: Readonly<Record<string, string>> = {
  'PodSpec.restartPolicy': 'v1.RestartPolicy', 'PodSpec.dnsPolicy': 'v1.DNSPolicy', 'PodSpec.preemptionPolicy': 'v1.PreemptionPolicy',
  'PodStatus.phase': 'v1.PodPhase', 'PodStatus.qosClass': 'v1.PodQOSClass',
  'Container.restartPolicy': 'v1.ContainerRestartPolicy', '*.imagePullPolicy': 'v1.PullPolicy', '*.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  '*.protocol': 'v1.Protocol', '*.scheme': 'v1.URIScheme', 'ServiceSpec.type': 'v1.ServiceType', 'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.externalTrafficPolicy': 'v1.ServiceExternalTrafficPolicy', 'ServiceSpec.internalTrafficPolicy': 'v1.ServiceInternalTrafficPolicy', 'ServiceSpec.ipFamilyPolicy': 'v1.IPFamilyPolicy',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType', 'StatefulSetUpdateStrategy.type': 'v1.StatefulSetUpdateStrategyType', 'DaemonSetUpdateStrategy.type': 'v1.DaemonSetUpdateStrategyType',
  'StatefulSetSpec.podManagementPolicy': 'v1.PodManagementPolicyType', 'Toleration.operator': 'v1.TolerationOperator', '*.effect': 'v1.TaintEffect',
  'Secret.type': 'v1.SecretType', '*.uid': 'types.UID',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator', 'NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator', 'EmptyDirVolumeSource.medium': 'v1.StorageMedium',
  'HostPathVolumeSource.type': 'v1.HostPathType', 'TopologySpreadConstraint.whenUnsatisfiable': 'v1.UnsatisfiableConstraintAction',
  'PersistentVolumeSpec.persistentVolumeReclaimPolicy': 'v1.PersistentVolumeReclaimPolicy',
  '*.volumeMode': 'v1.PersistentVolumeMode', 'CronJobSpec.concurrencyPolicy': 'v1.ConcurrencyPolicy', 'JobSpec.completionMode': 'v1.CompletionMode', 'NamespaceStatus.phase': 'v1.NamespacePhase',
  'PodCondition.type': 'v1.PodConditionType', 'NodeCondition.type': 'v1.NodeConditionType', 'DeploymentCondition.type': 'v1.DeploymentConditionType', 'PodCondition.status': 'v1.ConditionStatus',
  'NodeCondition.status': 'v1.ConditionStatus', 'DeploymentCondition.status': 'v1.ConditionStatus', 'Endpoint.addressType': 'v1.AddressType', 'EndpointSlice.addressType': 'v1.AddressType',
};
const namedItems: Readonly<Record<string, string>> = {
  '*.accessModes': 'v1.PersistentVolumeAccessMode', '*.policyTypes': 'v1.PolicyType', '*.ipFamilies': 'v1.IPFamily',
  'Capabilities.add': 'v1.Capability', 'Capabilities.drop': 'v1.Capability',
};
const special: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'intstr.IntOrString', 'io.k8s.apimachinery.pkg.api.resource.Quantity': 'resource.Quantity',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'runtime.RawExtension',
};

/** Where a value stands: the struct that has it and its field. */
export type GoPlace = { readonly struct: string; readonly field: string };

const named = (table: Readonly<Record<string, string>>, { struct, field }: GoPlace): string | undefined => table[`${struct}.${field}`] ?? table[`*.${field}`];

/** `v1.Container` of `io.k8s.api.core.v1.Container`. */
export const goStruct = (definition: string): string => special[definition] ?? definition.split('.').slice(-2).join('.');

/** Go's name for the type of a schema, as in "of type []v1.Container". */
export function goTypeOf(schema: Schema, place: GoPlace): string {
  const reference = referenced(schema);
  if (reference !== undefined) return scalarDefinition(reference) ?? goStruct(reference);
  switch (schema.type) {
    case 'array': return `[]${named(namedItems, place) ?? goTypeOf(schema.items ?? {}, { ...place, field: '' })}`;
    case 'object': return mapType(schema.additionalProperties ?? {}, place);
    case 'integer': return schema.format === 'int32' ? 'int32' : 'int64';
    case 'number': return 'float64';
    case 'boolean': return 'bool';
    case 'string': return schema.format === 'byte' ? '[]uint8' : (named(namedStrings, place) ?? 'string');
    default: return 'interface {}';
  }
}

const mapType = (values: Schema, place: GoPlace): string => (referenced(values)?.endsWith('.Quantity') ? 'v1.ResourceList' : `map[string]${goTypeOf(values, { ...place, field: '' })}`);

/** A definition that is but a scalar, such as a named string. */
const scalarDefinition = (name: string): string | undefined => {
  if (definitions[name]?.properties || special[name] || definitions[name]?.type === 'object') return undefined;
  return shortName(name) === 'Time' ? 'v1.Time' : undefined;
};
