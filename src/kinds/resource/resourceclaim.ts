import type { DeviceRequest, DeviceSubRequest, DeviceToleration, ExactDeviceRequest, ResourceClaimSpec, ResourceClaimTemplate, ResourceV1ResourceClaim as ResourceClaim } from '../../schema/types';
import { ageColumn, nameColumn } from '../columns';
import { defineKind, type RuleContext } from '../define';
import { annotationsRules, labelsRules } from '../object-meta';
import { immutable, type Errors } from '../rule-parts';
import { change, fill, mapItems } from '../sharing';
import { claimRules, claimSpecRules, claimStatusRules } from './resourceclaim-rules';

const tolerationDefaults = (toleration: DeviceToleration): DeviceToleration => fill(toleration, { operator: 'Equal' });

/** One device, unless all are asked for. */
function wantedDefaults<T extends ExactDeviceRequest | DeviceSubRequest>(given: T): T {
  const counted = fill<ExactDeviceRequest | DeviceSubRequest>(given, { allocationMode: 'ExactCount' });
  const one = counted.allocationMode === 'ExactCount' && !counted.count ? { ...counted, count: 1 } : counted;
  return change(one, 'tolerations', (tolerations) => mapItems(tolerations, tolerationDefaults)) as T; // the same type, filled
}

const requestDefaults = (request: DeviceRequest): DeviceRequest =>
  change(change(request, 'exactly', wantedDefaults), 'firstAvailable', (alternatives) => mapItems(alternatives, wantedDefaults));

export const claimSpecDefaults = (spec: ResourceClaimSpec): ResourceClaimSpec =>
  change(spec, 'devices', (devices) => change(devices, 'requests', (requests) => mapItems(requests, requestDefaults)));

function stateOf({ metadata, status }: ResourceClaim): string {
  const states = [
    ...(metadata.deletionTimestamp ? ['deleted'] : []),
    ...(status?.allocation ? ['allocated'] : metadata.deletionTimestamp ? [] : ['pending']),
    ...(status?.reservedFor?.length ? ['reserved'] : []),
  ];
  return states.join(',');
}

export const ResourceClaims = defineKind<ResourceClaim>('resourceclaims.resource.k8s.io', {
  defaults: (object) => change(object, 'spec', claimSpecDefaults),
  rules: claimRules,
  partRules: (object, { previous }) => claimStatusRules(object, previous?.status),
  columns: [nameColumn, { name: 'State', value: stateOf }, ageColumn],
});

function* templateRules({ spec }: ResourceClaimTemplate, { previous }: RuleContext<ResourceClaimTemplate>): Errors {
  if (previous) return yield* immutable('spec', spec, previous.spec);
  yield* labelsRules(spec.metadata?.labels, 'spec.metadata.labels');
  yield* annotationsRules(spec.metadata?.annotations, 'spec.metadata.annotations');
  yield* claimSpecRules(spec.spec, 'spec.spec');
}

export const ResourceClaimTemplates = defineKind<ResourceClaimTemplate>('resourceclaimtemplates.resource.k8s.io', {
  defaults: (object) => change(object, 'spec', (spec) => change(spec, 'spec', claimSpecDefaults)),
  rules: templateRules,
  columns: [nameColumn, ageColumn],
});
