import type { LocalClient } from '../api/local-client';
import type { Draft } from '../api/types';
import { APIServices } from '../kinds/apiregistration/apiservice';
import { FlowSchemas } from '../kinds/flowcontrol/flowschema';
import {
  autoUpdateAnnotation, mandatoryFlowSchemas, mandatoryPriorityLevels, suggestedFlowSchemas, suggestedPriorityLevels, type Bootstrapped,
} from '../kinds/flowcontrol/mandatory';
import { PriorityLevelConfigurations } from '../kinds/flowcontrol/prioritylevelconfiguration';
import { ServiceCIDRs } from '../kinds/networking/servicecidr';
import { firstCatalog } from '../kinds/first-kinds';
import { timestamp } from '../lib/timestamp';
import { servedGroups } from '../schema/resources';
import type { APIService } from '../schema/types';
import { serviceRange } from './cluster-ips';

/** The ServiceCIDR of what the server was started with. */
export const defaultServiceCIDR = 'kubernetes';
const readyMessage = 'Kubernetes default Service CIDR is ready';

/** Priority and fairness as a fresh server has it. */
export function createFlowControl(client: LocalClient): void {
  for (const level of [...mandatoryPriorityLevels, ...suggestedPriorityLevels]) client.create(PriorityLevelConfigurations, draftOf(level));
  for (const flow of [...mandatoryFlowSchemas, ...suggestedFlowSchemas]) client.create(FlowSchemas, draftOf(flow));
}

/** An object that the server keeps up to date. */
export const draftOf = <Spec>({ name, spec }: Bootstrapped<Spec>) => ({ metadata: { name, annotations: { [autoUpdateAnnotation]: 'true' } }, spec });

/** The range of services, which others may be added to. `now` in milliseconds. */
export function createServiceCIDR(client: LocalClient, now: number): void {
  const made = client.create(ServiceCIDRs, { metadata: { name: defaultServiceCIDR }, spec: { cidrs: [serviceRange] } });
  const ready = { type: 'Ready', status: 'True', reason: '', message: readyMessage, lastTransitionTime: timestamp(now) };
  client.update(ServiceCIDRs, { ...made, status: { conditions: [ready] } }, 'status');
}

/** An APIService for every group version that the server serves itself, but for that of APIServices. */
export function createLocalAPIServices(client: LocalClient): void {
  for (const draft of localAPIServices()) client.create(APIServices, draft);
}

const aggregated = 'apiregistration.k8s.io';
/** How versions of one group stand to each other; the core group's is lowest of all. */
const versionPriority = (group: string, version: string): number => (group === '' ? 1 : version === 'v1' ? 15 : 30);

function* localAPIServices(): IterableIterator<Draft<APIService>> {
  const seen = new Set<string>();
  for (const { group, version } of firstCatalog().all()) {
    const name = `${version}.${group}`;
    if (group === aggregated || seen.has(name)) continue;
    seen.add(name);
    const priority = servedGroups.find((each) => each.group === group)?.priority ?? 1000;
    yield {
      metadata: { name, labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { ...(group && { group }), version, groupPriorityMinimum: priority, versionPriority: versionPriority(group, version) },
    };
  }
}
