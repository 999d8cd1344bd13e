import type {
  Container,
  EphemeralContainer,
  EnvVar,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
} from '../../schema/types';
import { change, fill, mapItems, onceEach, set } from '../sharing';
import { pullPolicyOf } from './image-name';
import { fieldRefDefaults, volumeDefaults } from './volume-defaults';

type AnyContainer = Container | EphemeralContainer;

/**
 * What every pod spec gets, in a pod as in a template. Remembered by identity: a spec given twice gives the same defaulted spec,
 * so that all pods of a template share one.
 */
export const podSpecDefaults: (spec: PodSpec) => PodSpec = onceEach((spec) => {
  const containers = mapItems(spec.containers, containerDefaults);
  let result = containers === spec.containers ? spec : { ...spec, containers };
  result = change(result, 'initContainers', (list) => mapItems(list, containerDefaults));
  result = change(result, 'ephemeralContainers', (list) => mapItems(list, containerDefaults));
  result = change(result, 'volumes', (list) => mapItems(list, volumeDefaults));
  const serviceAccount = spec.serviceAccountName ?? spec.serviceAccount;
  return fill(result, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    ...(serviceAccount && { serviceAccountName: serviceAccount, serviceAccount }),
  });
});

/** What only a pod gets, not a template: requests from limits, host ports, service links. Remembered by identity, as above. */
export const podDefaults: (spec: PodSpec) => PodSpec = onceEach((given) => {
  const spec = podSpecDefaults(given);
  const containers = mapItems(spec.containers, requestsFromLimits);
  let result = containers === spec.containers ? spec : { ...spec, containers };
  result = change(result, 'initContainers', (list) => mapItems(list, requestsFromLimits));
  result = fill(result, { enableServiceLinks: true });
  if (!result.hostNetwork) return result;
  result = set(result, 'containers', mapItems(result.containers, hostPorts));
  return change(result, 'initContainers', (list) => mapItems(list, hostPorts));
});

/** A pod may not be given less than no time to end: a negative grace period is one second. Remembered by identity. */
export const withPositiveGrace: (spec: PodSpec) => PodSpec = onceEach((spec) =>
  (spec.terminationGracePeriodSeconds ?? 0) < 0 ? { ...spec, terminationGracePeriodSeconds: 1 } : spec,
);

/** The template of a workload: its pod spec defaulted. Remembered by identity. */
export const podTemplateDefaults: (template: PodTemplateSpec) => PodTemplateSpec = onceEach((template) => change(template, 'spec', podSpecDefaults));

function containerDefaults<T extends AnyContainer>(container: T): T {
  let result = fill<AnyContainer>(container, {
    imagePullPolicy: pullPolicyOf(container.image ?? ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  result = change(result, 'ports', (ports) => mapItems(ports, (port) => fill(port, { protocol: 'TCP' })));
  result = change(result, 'env', (env) => mapItems(env, envDefaults));
  result = change(result, 'livenessProbe', probeDefaults);
  result = change(result, 'readinessProbe', probeDefaults);
  result = change(result, 'startupProbe', probeDefaults);
  return change(result, 'lifecycle', lifecycleDefaults) as T; // only fields that both kinds of container have were changed
}

const envDefaults = (variable: EnvVar): EnvVar =>
  change(variable, 'valueFrom', (source) => change(change(source, 'fieldRef', fieldRefDefaults), 'fileKeyRef', (file) => fill(file, { optional: false })));

function probeDefaults(probe: Probe): Probe {
  const result = change(change(probe, 'httpGet', httpGetDefaults), 'grpc', (grpc) => fill(grpc, { service: '' }));
  return fill(result, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
}

const httpGetDefaults = (action: HTTPGetAction): HTTPGetAction => fill(action, { path: '/', scheme: 'HTTP' });
const handlerDefaults = (handler: LifecycleHandler): LifecycleHandler => change(handler, 'httpGet', httpGetDefaults);
const lifecycleDefaults = (lifecycle: Lifecycle): Lifecycle => change(change(lifecycle, 'postStart', handlerDefaults), 'preStop', handlerDefaults);

const requestsFromLimits = (container: Container): Container =>
  change(container, 'resources', (resources: ResourceRequirements) => {
    const { limits, requests } = resources;
    if (!limits || Object.keys(limits).every((name) => requests?.[name] !== undefined)) return resources;
    return { ...resources, requests: { ...limits, ...requests } };
  });

const hostPorts = (container: Container): Container =>
  change(container, 'ports', (ports) => mapItems(ports, (port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort })));
