import { Subscription, type SchedulerLike } from 'rxjs';
import { StatusError } from '../api/status';
import type { LocalClient } from '../api/local-client';
import type { Key, Resource } from '../api/types';
import { APIServices } from '../kinds/apiregistration/apiservice';
import { Services } from '../kinds/core/service';
import { EndpointSlices } from '../kinds/discovery/endpointslice';
import { FlowSchemas } from '../kinds/flowcontrol/flowschema';
import { mandatoryFlowSchemas, mandatoryPriorityLevels } from '../kinds/flowcontrol/mandatory';
import { PriorityLevelConfigurations } from '../kinds/flowcontrol/prioritylevelconfiguration';
import type { Kind } from '../kinds/define';
import { timestamp } from '../lib/timestamp';
import type { APIService, FlowSchema } from '../schema/types';
import type { Store } from '../store/store';
import { draftOf } from './own-objects';

/** Asks the API server behind an APIService for the resources of its group version, which are at an address; why there is no answer, or undefined. */
export type DiscoveryCheck = (service: APIService, address: string) => string | undefined;
/** An API server whose Service has endpoints, and that does not answer, is asked again after this time. */
const retryMs = 5_000;

type Finding = { readonly type: string; readonly status: 'True' | 'False'; readonly reason: string; readonly message: string };

/**
 * What the API server itself finds out about its own groups' objects and says in their status: whether a FlowSchema's priority level is there, and
 * whether an APIService can answer. It also puts back what must always be. Each look is a step of its own after the writes it is about.
 */
export function tendOwnStatuses(client: LocalClient, store: Store, clock: SchedulerLike, check: DiscoveryCheck = () => 'no route to host'): Subscription {
  const work = new Subscription();
  work.add(after(store, clock, [FlowSchemas, PriorityLevelConfigurations], () => lookAtFlows(client, clock.now())));
  let remote = false;
  let again: Subscription | undefined;
  const look = (): void => {
    const found = lookAtAPIServices(client, clock.now(), check);
    remote = found.remote;
    again?.unsubscribe();
    again = found.silent ? clock.schedule(() => unlessDown(look), retryMs) : undefined;
  };
  work.add(after(store, clock, [APIServices], look));
  work.add(after(store, clock, [Services, EndpointSlices], look, () => remote));
  work.add(() => again?.unsubscribe());
  return work;
}

/** Runs `look` once after any number of changes of these kinds at one moment. */
function after(store: Store, clock: SchedulerLike, kinds: readonly Resource[], look: () => void, isWanted = () => true): Subscription {
  const work = new Subscription();
  let planned: Subscription | undefined;
  const plan = () => {
    if (!planned && isWanted()) planned = clock.schedule(() => { planned = undefined; unlessDown(look); });
  };
  for (const { resource } of kinds) work.add(store.watch(`${resource}/`, store.revision).subscribe(plan));
  if (store.revision > 0) plan();
  work.add(() => planned?.unsubscribe());
  return work;
}

/** A server that is going down looks again when it is back. */
function unlessDown(look: () => void): void {
  try { look(); } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

function lookAtFlows(client: LocalClient, now: number): void {
  for (const level of mandatoryPriorityLevels) if (!find(client, PriorityLevelConfigurations, { name: level.name })) client.create(PriorityLevelConfigurations, draftOf(level));
  for (const flow of mandatoryFlowSchemas) if (!find(client, FlowSchemas, { name: flow.name })) client.create(FlowSchemas, draftOf(flow));
  for (const flow of client.list(FlowSchemas).items) {
    const level = flow.spec.priorityLevelConfiguration.name;
    const finding = dangling(level, find(client, PriorityLevelConfigurations, { name: level }) !== undefined);
    const conditions = noted(flow.status?.conditions ?? [], finding, now);
    if (conditions) client.update<FlowSchema>(FlowSchemas, { ...flow, status: { ...flow.status, conditions } }, 'status');
  }
}

const dangling = (level: string, exists: boolean): Finding => ({
  type: 'Dangling', status: exists ? 'False' : 'True', reason: exists ? 'Found' : 'NotFound',
  message: `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)} ${exists ? 'and it exists' : 'but there is no such object'}`,
});

/** Returns whether any is served by something else than this server, and whether one of those should answer and does not. */
function lookAtAPIServices(client: LocalClient, now: number, check: DiscoveryCheck): { readonly remote: boolean; readonly silent: boolean } {
  let remote = false;
  let silent = false;
  for (const service of client.list(APIServices).items) {
    remote ||= service.spec.service !== undefined;
    const finding = availability(client, service, check);
    silent ||= finding.reason === failedCheck;
    const conditions = noted(service.status?.conditions ?? [], finding, now);
    if (conditions) client.update<APIService>(APIServices, { ...service, status: { conditions } }, 'status');
  }
  return { remote, silent };
}

const failedCheck = 'FailedDiscoveryCheck';

function availability(client: LocalClient, apiService: APIService, check: DiscoveryCheck): Finding {
  const { spec: { service, group = '', version = '' } } = apiService;
  const type = 'Available';
  if (!service) return { type, status: 'True', reason: 'Local', message: 'Local APIServices are always available' };
  const { name = '', namespace = '', port = 443 } = service;
  const found = find(client, Services, { namespace, name });
  if (!found) return { type, status: 'False', reason: 'ServiceNotFound', message: `service/${name} in ${JSON.stringify(namespace)} is not present` };
  const target = found.spec?.ports?.find((each) => each.port === port);
  if (!target) return { type, status: 'False', reason: 'ServicePortError', message: `service/${name} in ${JSON.stringify(namespace)} is not listening on port ${port}` };
  const portName = target.name ?? '';
  const slices = client.list(EndpointSlices, namespace, { labelSelector: `kubernetes.io/service-name=${name}` }).items;
  const isReady = slices.filter(({ ports = [] }) => ports.some((each) => (each.name ?? '') === portName)).flatMap(({ endpoints }) => endpoints ?? [])
    .some(({ conditions }) => conditions?.ready !== false);
  if (!isReady)
    return { type, status: 'False', reason: 'MissingEndpoints', message: `endpoints for service/${name} in ${JSON.stringify(namespace)} have no addresses with port name ${JSON.stringify(portName)}` };
  const address = `https://${found.spec?.clusterIP ?? name}:${port}/apis/${group}/${version}`;
  const failure = check(apiService, address);
  if (failure === undefined) return { type, status: 'True', reason: 'Passed', message: 'all checks passed' };
  return { type, status: 'False', reason: failedCheck, message: `failing or missing response from ${address}: ${failure}` };
}

type Noted = { readonly type?: string; readonly status?: string; readonly reason?: string; readonly message?: string; readonly lastTransitionTime?: string | null };

/** The conditions with the finding among them; undefined when it is there already. */
function noted<C extends Noted>(conditions: readonly C[], finding: Finding, now: number): readonly (C | (Finding & { readonly lastTransitionTime: string }))[] | undefined {
  const before = conditions.find(({ type }) => type === finding.type);
  if (before && before.status === finding.status && before.reason === finding.reason && before.message === finding.message) return undefined;
  const lastTransitionTime = before?.status === finding.status && before.lastTransitionTime ? before.lastTransitionTime : timestamp(now);
  return [...conditions.filter(({ type }) => type !== finding.type), { ...finding, lastTransitionTime }];
}

function find<T extends { readonly apiVersion: string; readonly kind: string; readonly metadata: APIService['metadata'] }>(client: LocalClient, kind: Kind<T>, key: Key): T | undefined {
  try { return client.get(kind, key); } catch (error) {
    if (StatusError.is(error, 'NotFound')) return undefined;
    throw error;
  }
}
