import type { Container, Pod, PodSpec, PodStatus } from '../../schema/types';
import { defineKind } from '../define';
import { mapItems, set } from '../sharing';
import { withLabelKeys } from './label-keys';
import { podColumns } from './pod-columns';
import { podDefaults, withPositiveGrace } from './pod-defaults';
import { qosClass, type QosClass } from './pod-resources';

/** A pod that schedulers must not touch yet says so from the start. */
const gated: NonNullable<PodStatus['conditions']> = [
  { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' },
];

const pending = (qos: QosClass): PodStatus => ({ phase: 'Pending', qosClass: qos });
/** Shared by all pods that nothing has happened to yet. */
const pendingByClass: Readonly<Record<QosClass, PodStatus>> = {
  Guaranteed: pending('Guaranteed'),
  Burstable: pending('Burstable'),
  BestEffort: pending('BestEffort'),
};

/** The status of a pod that was just created. */
function firstStatus({ spec }: Pod): PodStatus {
  const status = pendingByClass[qosClass(spec)];
  return spec.schedulingGates?.length ? { ...status, conditions: gated } : status;
}

/** The stored spec with the resources that the new one gives its containers. */
function resized({ containers, initContainers }: PodSpec, previous: PodSpec): PodSpec {
  const from =
    (all: readonly Container[] = []) =>
    (container: Container): Container => {
      const wanted = all.find(({ name }) => name === container.name);
      return wanted ? set(set(container, 'resources', wanted.resources), 'resizePolicy', wanted.resizePolicy) : container;
    };
  const spec = set(previous, 'containers', mapItems(previous.containers, from(containers)));
  return spec.initContainers ? set(spec, 'initContainers', mapItems(spec.initContainers, from(initContainers))) : spec;
}

export const Pods = defineKind<Pod>('pods', {
  generation: true,

  defaults: (pod) => {
    const spec = podDefaults(pod.spec);
    return spec === pod.spec ? pod : { ...pod, spec };
  },

  prepareForCreate: (pod) => ({ ...pod, spec: withLabelKeys(withPositiveGrace(pod.spec), pod.metadata.labels), status: firstStatus(pod) }),

  parts: {
    ephemeralcontainers: ({ metadata, spec }, previous) => ({
      ...previous,
      metadata,
      spec: set(previous.spec, 'ephemeralContainers', spec.ephemeralContainers),
    }),
    resize: ({ metadata, spec }, previous) => ({ ...previous, metadata, spec: resized(spec, previous.spec) }),
  },

  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },

  columns: podColumns,
});
