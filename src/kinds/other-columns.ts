import type { KubeObject } from '../api/types';
import { humanDuration } from '../lib/durations';
import { isList, isObject } from '../lib/json';
import { formatLabelSelector, type LabelSelector } from '../lib/selectors';
import { age, ageColumn, firstThree, labelsText, nameColumn } from './columns';
import type { Column } from './define';

type Cell = string | number | boolean | null;
type Read = (object: unknown, now: number) => Cell;
type Type = NonNullable<Column<KubeObject>['type']>;

/** What is at a path of fields; undefined where one is missing. */
const at = (object: unknown, path: string): unknown => path.split('.').reduce<unknown>((value, field) => (isObject(value) ? value[field] : undefined), object);
const cell = (value: unknown): Cell => (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : '');
const listAt = (object: unknown, path: string): readonly unknown[] => {
  const value = at(object, path);
  return isList(value) ? value : [];
};
const textsAt = (object: unknown, path: string): readonly string[] => listAt(object, path).map(String);
const mapAt = (object: unknown, path: string): Readonly<Record<string, string>> => {
  const value = at(object, path);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)])) : {};
};

const field =
  (path: string, otherwise: Cell = ''): Read =>
  (object) => {
    const value = at(object, path);
    return value === undefined || value === null || value === '' ? otherwise : cell(value);
  };
const number = (path: string): Read => field(path, 0);
const count =
  (path: string): Read =>
  (object) =>
    listAt(object, path).length;
const joined =
  (path: string, otherwise = ''): Read =>
  (object) =>
    textsAt(object, path).join(',') || otherwise;
const boolean =
  (path: string, otherwise = false): Read =>
  (object) => {
    const value = at(object, path);
    return typeof value === 'boolean' ? value : otherwise;
  };
const columnsOf =
  (template: string, key: string): Read =>
  (object) =>
    listAt(object, `${template}.spec.containers`)
      .map((container) => cell(at(container, key)))
      .join(',');
const selector =
  (path: string): Read =>
  (object) =>
    formatLabelSelector(at(object, path) as LabelSelector | undefined); // decoded: a selector or nothing
const labelsAt =
  (path: string): Read =>
  (object) =>
    labelsText(mapAt(object, path));

const column = (name: string, value: Read, type: Type = 'string', priority: 0 | 1 = 0): Column<KubeObject> => ({ name, type, priority, value });
const wide = (name: string, value: Read): Column<KubeObject> => column(name, value, 'string', 1);
const containers = (template: string): readonly Column<KubeObject>[] => [
  wide('Containers', columnsOf(template, 'name')),
  wide('Images', columnsOf(template, 'image')),
];

const accessModes = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
const modes =
  (path: string): Read =>
  (object) =>
    Object.entries(accessModes)
      .filter(([mode]) => textsAt(object, path).includes(mode))
      .map(([, short]) => short)
      .join(',');
const phase: Read = (object) => (at(object, 'metadata.deletionTimestamp') ? 'Terminating' : cell(at(object, 'status.phase')));
const whenBound =
  (read: Read): Read =>
  (object, now) =>
    at(object, 'spec.volumeName') ? read(object, now) : '';
const defaultClass = (annotation: string): Column<KubeObject> => ({
  name: 'Name',
  format: 'name',
  value: ({ metadata }) => (metadata.annotations?.[annotation] === 'true' ? `${metadata.name} (default)` : metadata.name),
});

const conditionIsTrue = (object: unknown, type: string): boolean =>
  listAt(object, 'status.conditions').some((each) => at(each, 'type') === type && at(each, 'status') === 'True');
const jobStatus: Read = (object) => {
  for (const type of ['Complete', 'Failed']) if (conditionIsTrue(object, type)) return type;
  if (at(object, 'metadata.deletionTimestamp')) return 'Terminating';
  return ['Suspended', 'FailureTarget'].find((type) => conditionIsTrue(object, type)) ?? 'Running';
};
const completions: Read = (object) => {
  const succeeded = cell(at(object, 'status.succeeded')) || 0;
  const wanted = at(object, 'spec.completions');
  const parallelism = at(object, 'spec.parallelism');
  if (typeof wanted === 'number') return `${succeeded}/${wanted}`;
  return typeof parallelism === 'number' && parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
};
const jobDuration: Read = (object, now) => {
  const [start, end] = [at(object, 'status.startTime'), at(object, 'status.completionTime')];
  return typeof start === 'string' ? humanDuration((typeof end === 'string' ? Date.parse(end) : now) - Date.parse(start)) : '';
};
const since =
  (path: string): Read =>
  (object, now) => {
    const time = at(object, path);
    return typeof time === 'string' ? age(time, now) : '<none>';
  };

const balancerAddresses: Read = (object) =>
  listAt(object, 'status.loadBalancer.ingress')
    .map((each) => String(cell(at(each, 'ip')) || cell(at(each, 'hostname'))))
    .sort()
    .join(',');
const hosts: Read = (object) =>
  firstThree(
    listAt(object, 'spec.rules')
      .map((rule) => String(cell(at(rule, 'host'))))
      .filter(Boolean),
    '*',
  );
const subjects =
  (kind: string): Read =>
  (object) =>
    listAt(object, 'subjects')
      .filter((each) => at(each, 'kind') === kind)
      .map((each) => (kind === 'ServiceAccount' ? `${cell(at(each, 'namespace'))}/${cell(at(each, 'name'))}` : cell(at(each, 'name'))))
      .join(', ');
const pair =
  (path: string, first: string, second: string): Read =>
  (object) =>
    `${cell(at(object, `${path}.${first}`))}/${cell(at(object, `${path}.${second}`))}`;
const pairOr =
  (path: string, first: string, second: string, otherwise: string): Read =>
  (object, now) =>
    at(object, path) ? pair(path, first, second)(object, now) : otherwise;
const quota =
  (limits: boolean): Read =>
  (object) =>
    Object.entries(mapAt(object, 'status.hard'))
      .filter(([name]) => name.startsWith('limits') === limits)
      .sort()
      .map(([name, hard]) => `${name}: ${mapAt(object, 'status.used')[name] ?? '0'}/${hard}`)
      .join(', ');
const signing: Read = (object) => {
  const has = (type: string) => listAt(object, 'status.conditions').some((each) => at(each, 'type') === type);
  return `${has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'}${has('Failed') ? ',Failed' : ''}${at(object, 'status.certificate') ? ',Issued' : ''}`;
};
const controller: Read = (object) => {
  const owner = listAt(object, 'metadata.ownerReferences').find((each) => at(each, 'controller') === true);
  const group = String(cell(at(owner, 'apiVersion')))
    .split('/')
    .slice(0, -1)
    .join('');
  return owner ? `${String(cell(at(owner, 'kind'))).toLowerCase()}${group && `.${group}`}/${cell(at(owner, 'name'))}` : '<none>';
};
const metricTargets: Read = (object) => {
  const current = listAt(object, 'status.currentMetrics');
  const shown = listAt(object, 'spec.metrics').map((metric, i) => metricTarget(metric, current[i]));
  return shown.length === 0 ? '<none>' : `${shown.slice(0, 2).join(', ')}${shown.length > 2 ? ` + ${shown.length - 2} more...` : ''}`;
};
function metricTarget(metric: unknown, current: unknown): string {
  const type = String(cell(at(metric, 'type')));
  const key = type.charAt(0).toLowerCase() + type.slice(1);
  const isResource = type === 'Resource' || type === 'ContainerResource';
  const utilization = at(metric, `${key}.target.averageUtilization`) !== undefined;
  const average = at(metric, `${key}.target.averageValue`) !== undefined;
  const value = (of: unknown, part: string) => cell(at(of, `${key}.${part}.${utilization ? 'averageUtilization' : average ? 'averageValue' : 'value'}`));
  const percent = utilization ? '%' : '';
  const [now, target] = [value(current, 'current'), value(metric, 'target')];
  const text = `${now === '' ? '<unknown>' : `${now}${percent}`}/${target === '' ? '<auto>' : `${target}${percent}`}`;
  return isResource ? `${cell(at(metric, `${key}.name`))}: ${text}` : average && (type === 'Object' || type === 'External') ? `${text} (avg)` : text;
}

const typed = (columns: readonly Column<KubeObject>[]): readonly Column<KubeObject>[] => [nameColumn, ...columns];
const aged = (...columns: readonly Column<KubeObject>[]): readonly Column<KubeObject>[] => typed([...columns, ageColumn]);
const binding = typed([
  column('Role', pair('roleRef', 'kind', 'name')),
  ageColumn,
  wide('Users', subjects('User')),
  wide('Groups', subjects('Group')),
  wide('ServiceAccounts', subjects('ServiceAccount')),
]);
const policy = (counted: string, path: string) =>
  aged(column(counted, count(path), 'integer'), column('ParamKind', pairOr('spec.paramKind', 'apiVersion', 'kind', '<unset>')));
const policyBinding = aged(column('PolicyName', field('spec.policyName')), column('ParamRef', pairOr('spec.paramRef', 'namespace', 'name', '<unset>')));
const webhooks = aged(column('Webhooks', count('webhooks'), 'integer'));

/** Columns of the kinds that have no file of their own, after the printers of a 1.36 server. Those not here have the default table. */
export const otherColumns: Readonly<Record<string, readonly Column<KubeObject>[]>> = {
  'daemonsets.apps': typed([
    column('Desired', number('status.desiredNumberScheduled'), 'integer'),
    column('Current', number('status.currentNumberScheduled'), 'integer'),
    column('Ready', number('status.numberReady'), 'integer'),
    column('Up-to-date', number('status.updatedNumberScheduled'), 'integer'),
    column('Available', number('status.numberAvailable'), 'integer'),
    column('Node Selector', labelsAt('spec.template.spec.nodeSelector')),
    ageColumn,
    ...containers('spec.template'),
    wide('Selector', selector('spec.selector')),
  ]),
  'statefulsets.apps': typed([
    column('Ready', (object) => `${cell(at(object, 'status.readyReplicas')) || 0}/${cell(at(object, 'spec.replicas')) || 0}`),
    ageColumn,
    ...containers('spec.template'),
  ]),
  'controllerrevisions.apps': aged(column('Controller', controller), column('Revision', number('revision'))),
  'jobs.batch': typed([
    column('Status', jobStatus),
    column('Completions', completions),
    column('Duration', jobDuration),
    ageColumn,
    ...containers('spec.template'),
    wide('Selector', selector('spec.selector')),
  ]),
  'cronjobs.batch': typed([
    column('Schedule', field('spec.schedule')),
    column('Timezone', field('spec.timeZone', '<none>')),
    column('Suspend', (object) => ({ true: 'True', false: 'False' })[String(at(object, 'spec.suspend'))] ?? '<unset>', 'boolean'),
    column('Active', count('status.active'), 'integer'),
    column('Last Schedule', since('status.lastScheduleTime')),
    ageColumn,
    ...containers('spec.jobTemplate.spec.template'),
    wide('Selector', selector('spec.jobTemplate.spec.selector')),
  ]),
  replicationcontrollers: typed([
    column('Desired', number('spec.replicas'), 'integer'),
    column('Current', number('status.replicas'), 'integer'),
    column('Ready', number('status.readyReplicas'), 'integer'),
    ageColumn,
    ...containers('spec.template'),
    wide('Selector', labelsAt('spec.selector')),
  ]),
  podtemplates: typed([
    column('Containers', columnsOf('template', 'name')),
    column('Images', columnsOf('template', 'image')),
    column('Pod Labels', labelsAt('template.metadata.labels')),
  ]),
  'horizontalpodautoscalers.autoscaling': aged(
    column('Reference', pair('spec.scaleTargetRef', 'kind', 'name')),
    column('Targets', metricTargets),
    column('MinPods', (object) => {
      const least = at(object, 'spec.minReplicas');
      return least === undefined ? '<unset>' : String(least);
    }),
    column('MaxPods', number('spec.maxReplicas')),
    column('Replicas', number('status.currentReplicas')),
  ),
  'poddisruptionbudgets.policy': aged(
    column('Min Available', (object) => String(field('spec.minAvailable', 'N/A')(object, 0))),
    column('Max Unavailable', (object) => String(field('spec.maxUnavailable', 'N/A')(object, 0))),
    column('Allowed Disruptions', number('status.disruptionsAllowed'), 'integer'),
  ),
  'ingresses.networking.k8s.io': aged(
    column('Class', field('spec.ingressClassName', '<none>')),
    column('Hosts', hosts),
    column('Address', balancerAddresses),
    column('Ports', (object) => (listAt(object, 'spec.tls').length > 0 ? '80, 443' : '80')),
  ),
  'ingressclasses.networking.k8s.io': aged(
    column('Controller', field('spec.controller')),
    column('Parameters', (object) => {
      const group = cell(at(object, 'spec.parameters.apiGroup'));
      return at(object, 'spec.parameters')
        ? `${cell(at(object, 'spec.parameters.kind'))}${group && `.${group}`}/${cell(at(object, 'spec.parameters.name'))}`
        : '<none>';
    }),
  ),
  'networkpolicies.networking.k8s.io': aged(column('Pod-Selector', selector('spec.podSelector'))),
  'servicecidrs.networking.k8s.io': aged(column('CIDRs', joined('spec.cidrs'))),
  persistentvolumeclaims: typed([
    column('Status', phase),
    column('Volume', field('spec.volumeName')),
    column('Capacity', whenBound(field('status.capacity.storage'))),
    column('Access Modes', whenBound(modes('status.accessModes'))),
    column('StorageClass', field('spec.storageClassName')),
    column('VolumeAttributesClass', field('spec.volumeAttributesClassName', '<unset>')),
    ageColumn,
    wide('VolumeMode', field('spec.volumeMode', '<unset>')),
  ]),
  persistentvolumes: typed([
    column('Capacity', field('spec.capacity.storage')),
    column('Access Modes', modes('spec.accessModes')),
    column('Reclaim Policy', field('spec.persistentVolumeReclaimPolicy')),
    column('Status', phase),
    column('Claim', pairOr('spec.claimRef', 'namespace', 'name', '')),
    column('StorageClass', field('spec.storageClassName')),
    column('VolumeAttributesClass', field('spec.volumeAttributesClassName', '<unset>')),
    column('Reason', field('status.reason')),
    ageColumn,
    wide('VolumeMode', field('spec.volumeMode', '<unset>')),
  ]),
  'storageclasses.storage.k8s.io': [
    defaultClass('storageclass.kubernetes.io/is-default-class'),
    column('Provisioner', field('provisioner')),
    column('ReclaimPolicy', field('reclaimPolicy', 'Delete')),
    column('VolumeBindingMode', field('volumeBindingMode', 'Immediate')),
    column('AllowVolumeExpansion', boolean('allowVolumeExpansion')),
    ageColumn,
  ],
  'volumeattributesclasses.storage.k8s.io': [defaultClass('storageclass.kubernetes.io/is-default-class'), column('DriverName', field('driverName')), ageColumn],
  'volumeattachments.storage.k8s.io': typed([
    { ...column('Attacher', field('spec.attacher')), format: 'name' },
    column('PV', field('spec.source.persistentVolumeName')),
    column('Node', field('spec.nodeName')),
    column('Attached', boolean('status.attached'), 'boolean'),
    ageColumn,
  ]),
  'csidrivers.storage.k8s.io': aged(
    column('AttachRequired', boolean('spec.attachRequired', true), 'boolean'),
    column('PodInfoOnMount', boolean('spec.podInfoOnMount'), 'boolean'),
    column('StorageCapacity', boolean('spec.storageCapacity'), 'boolean'),
    column(
      'TokenRequests',
      (object) =>
        listAt(object, 'spec.tokenRequests')
          .map((each) => cell(at(each, 'audience')))
          .join(',') || '<unset>',
    ),
    column('RequiresRepublish', boolean('spec.requiresRepublish'), 'boolean'),
    column('Modes', joined('spec.volumeLifecycleModes', '<none>')),
  ),
  'csinodes.storage.k8s.io': aged(column('Drivers', count('spec.drivers'), 'integer')),
  'rolebindings.rbac.authorization.k8s.io': binding,
  'clusterrolebindings.rbac.authorization.k8s.io': binding,
  resourcequotas: aged(column('Request', quota(false)), column('Limit', quota(true))),
  'priorityclasses.scheduling.k8s.io': typed([
    column('Value', number('value'), 'integer'),
    column('Global-Default', boolean('globalDefault'), 'boolean'),
    ageColumn,
    column('PreemptionPolicy', field('preemptionPolicy')),
  ]),
  'runtimeclasses.node.k8s.io': aged(column('Handler', field('handler'))),
  'validatingadmissionpolicies.admissionregistration.k8s.io': policy('Validations', 'spec.validations'),
  'mutatingadmissionpolicies.admissionregistration.k8s.io': policy('Mutations', 'spec.mutations'),
  'validatingadmissionpolicybindings.admissionregistration.k8s.io': policyBinding,
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io': policyBinding,
  'validatingwebhookconfigurations.admissionregistration.k8s.io': webhooks,
  'mutatingwebhookconfigurations.admissionregistration.k8s.io': webhooks,
  'certificatesigningrequests.certificates.k8s.io': typed([
    ageColumn,
    column('SignerName', field('spec.signerName', '<none>')),
    column('Requestor', field('spec.username')),
    column('RequestedDuration', (object) => {
      const seconds = at(object, 'spec.expirationSeconds');
      return typeof seconds === 'number' ? humanDuration(seconds * 1000) : '<none>';
    }),
    column('Condition', signing),
  ]),
};
