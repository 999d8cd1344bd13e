import type { Pod, PodStatus } from '../../schema/types';
import { defineKind } from '../define';
import { podColumns } from './pod-columns';
import { podDefaults, withPositiveGrace } from './pod-defaults';
import { qosClass } from './pod-resources';
import { podPartRules, podRules } from './pod-rules';

/** A pod that schedulers must not touch yet says so from the start. */
const gated: NonNullable<PodStatus['conditions']> = [
  { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' },
];

/** The status of a pod that was just created. */
const firstStatus = ({ spec }: Pod): PodStatus => ({
  phase: 'Pending',
  ...(spec.schedulingGates?.length && { conditions: gated }),
  qosClass: qosClass(spec),
});

export const Pods = defineKind<Pod>('pods', {
  generation: true,

  defaults: (pod) => {
    const spec = podDefaults(pod.spec);
    return spec === pod.spec ? pod : { ...pod, spec };
  },

  prepareForCreate: (pod) => ({ ...pod, spec: withPositiveGrace(pod.spec), status: firstStatus(pod) }),

  rules: podRules,
  partRules: podPartRules,

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
