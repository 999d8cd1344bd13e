import { describe, expect, test } from 'vitest';
import { startServer, refusal } from '../apiserver/start';

const { call } = startServer();
const create = (resource: string, body: object, namespace?: string) => call({ verb: 'create', resource, body, ...(namespace && { namespace }) });
const patch = (resource: string, name: string, body: object, namespace?: string) =>
  call({ verb: 'patch', patchType: 'merge', resource, name, body, ...(namespace && { namespace }) });
const why = (work: () => unknown): string => refusal(work).message.replace(/^\S+ "[^"]*" is invalid: /, '');
const named = (name: string) => ({ metadata: { name } });

type Case = readonly [resource: string, body: object, expected: string];
const volume = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] };
const queue = (queuing: object) => ({ type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing } } });
const flow = (parts: object) => ({ ...named('f'), spec: { priorityLevelConfiguration: { name: 'l' }, ...parts } });
const device = (parts: object) => ({ metadata: { name: 'c', namespace: 'default' }, spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'g', ...parts } }] } } });
const slice = { driver: 'd.example', pool: { name: 'p', generation: 1, resourceSliceCount: 1 } };

const cases: readonly Case[] = [
  ['storageclasses.storage.k8s.io', { ...named('c') }, 'provisioner: Required value'],
  ['storageclasses.storage.k8s.io', { ...named('c'), provisioner: 'x', reclaimPolicy: 'Recycle' }, 'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
  ['volumeattributesclasses.storage.k8s.io', { ...named('c'), driverName: 'd' }, 'parameters: Required value: must contain at least one key/value pair'],
  ['csidrivers.storage.k8s.io', { ...named('c'), spec: { tokenRequests: [{ audience: 'a' }, { audience: 'a' }] } }, 'spec.tokenRequests[1].audience: Duplicate value: "a"'],
  ['csidrivers.storage.k8s.io', { ...named('c'), spec: { fsGroupPolicy: 'x' } }, 'spec.fsGroupPolicy: Unsupported value: "x": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
  ['csinodes.storage.k8s.io', { ...named('c'), spec: { drivers: [{ name: 'd', nodeID: '' }] } }, 'spec.drivers[0].nodeID: Required value'],
  ['volumeattachments.storage.k8s.io', { ...named('c'), spec: { attacher: 'a', nodeName: 'n', source: {} } },
    'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName'],
  ['persistentvolumes', { ...named('v'), spec: { ...volume } }, 'spec: Required value: must specify a volume type'],
  ['persistentvolumes', { ...named('v'), spec: { ...volume, hostPath: { path: '/a' }, nfs: { server: 's', path: '/' } } }, 'spec.nfs: Forbidden: may not specify more than 1 volume type'],
  ['persistentvolumes', { ...named('v'), spec: { ...volume, local: { path: '/a' } } }, 'spec.nodeAffinity: Required value: Local volume requires node affinity'],
  ['persistentvolumes', { ...named('v'), spec: { ...volume, capacity: { storage: '0' }, hostPath: { path: '/a' } } }, 'spec.capacity[storage]: Invalid value: "0": must be greater than zero'],
  ['persistentvolumes', { ...named('v'), spec: { ...volume, hostPath: { path: '/' }, persistentVolumeReclaimPolicy: 'Recycle' } },
    "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
  ['endpoints', { metadata: { name: 'e', namespace: 'default' }, subsets: [{ addresses: [{ ip: '127.0.0.1' }] }] },
    'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  ['endpoints', { metadata: { name: 'e', namespace: 'default' }, subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 1 }, { port: 2, name: 'b' }] }] },
    'subsets[0].ports[0].name: Required value'],
  ['controllerrevisions.apps', { metadata: { name: 'r', namespace: 'default' }, revision: -1 },
    '[data: Required value: data is mandatory, revision: Invalid value: -1: must be greater than or equal to 0]'],
  ['runtimeclasses.node.k8s.io', { ...named('r'), handler: 'Bad_' }, 'handler: Invalid value: "Bad_"'],
  ['priorityclasses.scheduling.k8s.io', { ...named('p'), value: 1, preemptionPolicy: 'Maybe' }, 'preemptionPolicy: Unsupported value: "Maybe"'],
  ['ipaddresses.networking.k8s.io', { ...named('10.0.0.01'), spec: { parentRef: { resource: 'services', name: 's' } } }, 'metadata.name: Invalid value: "10.0.0.01": must be a valid IP address'],
  ['ipaddresses.networking.k8s.io', { ...named('2001:DB8::1'), spec: { parentRef: { resource: 'services', name: 's' } } }, 'must be in canonical form ("2001:db8::1")'],
  ['servicecidrs.networking.k8s.io', { ...named('c'), spec: {} }, 'spec.cidrs: Required value: at least one CIDR required'],
  ['servicecidrs.networking.k8s.io', { ...named('c'), spec: { cidrs: ['10.1.0.0/16', '10.2.0.0/16'] } }, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'],
  ['servicecidrs.networking.k8s.io', { ...named('c'), spec: { cidrs: ['10.1.2.3/16'] } }, 'must be in canonical form ("10.1.0.0/16")'],
  ['apiservices.apiregistration.k8s.io', { ...named('v1.other'), spec: { group: 'g.example', version: 'v1', groupPriorityMinimum: 0, versionPriority: 1 } },
    '[metadata.name: Invalid value: "v1.other": must be `spec.version+"."+spec.group`: "v1.g.example", spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000]'],
  ['flowschemas.flowcontrol.apiserver.k8s.io', flow({ matchingPrecedence: 1 }), "only the schema named 'exempt' may have matchingPrecedence 1"],
  ['flowschemas.flowcontrol.apiserver.k8s.io', flow({ rules: [{ subjects: [{ kind: 'User', group: { name: 'g' } }] }] }),
    'spec.rules[0].subjects[0].user: Required value: user is required when subject kind is \'User\''],
  ['flowschemas.flowcontrol.apiserver.k8s.io',
    flow({ rules: [{ subjects: [{ kind: 'User', user: { name: 'u' } }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['a//b'] }] }] }), 'must start with slash'],
  ['prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', { ...named('l'), spec: { type: 'Exempt' } }, "type must be 'Exempt' if and only if name is 'exempt'"],
  ['prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', { ...named('l'), spec: queue({ queues: 4, handSize: 5 }) }, 'should not be greater than queues (4)'],
  ['prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', { ...named('l'), spec: queue({ queues: 1_000_000, handSize: 8 }) },
    'required entropy bits of deckSize 1000000 and handSize 8 should not be greater than 60'],
  ['resourceclaims.resource.k8s.io', device({ allocationMode: 'All', count: 2 }), "count: Invalid value: 2: must not be specified when allocationMode is 'All'"],
  ['resourceclaims.resource.k8s.io', device({ deviceClassName: '' }), 'spec.devices.requests[0].exactly.deviceClassName: Required value'],
  ['resourceclaims.resource.k8s.io', { metadata: { name: 'c', namespace: 'default' }, spec: { devices: { requests: [{ name: 'r' }] } } }, 'exactly one of `exactly` or `firstAvailable` is required'],
  ['deviceclasses.resource.k8s.io', { ...named('d'), spec: { extendedResourceName: 'cpu' } }, 'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name'],
  ['resourceslices.resource.k8s.io', { ...named('s'), spec: slice }, 'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'],
  ['resourceslices.resource.k8s.io', { ...named('s'), spec: { ...slice, allNodes: true, devices: [{ name: 'a', attributes: { v: { version: '1' } } }] } },
    'must be a string compatible with semver.org spec 2.0.0'],
  ['persistentvolumeclaims', { metadata: { name: 'c', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSourceRef: { kind: 'Populator', name: 'p' } } },
    "spec.dataSourceRef: Invalid value: \"Populator\": must be 'PersistentVolumeClaim' when referencing the default apiGroup"],
];

const namespaceOf = (body: object): string | undefined => (body as { metadata: { namespace?: string } }).metadata.namespace; // as the cases above have it

describe('what cannot be is refused in upstream\'s words', () => {
  test.each(cases)('%s %j', (resource, body, expected) => expect(why(() => create(resource, body, namespaceOf(body)))).toContain(expected));
});

describe('what stays as it was made', () => {
  const changes: readonly (readonly [resource: string, body: object, change: object, expected: string])[] = [
    ['storageclasses.storage.k8s.io', { ...named('sc'), provisioner: 'a.example' }, { provisioner: 'b.example' }, 'provisioner: Forbidden: updates to provisioner are forbidden.'],
    ['volumeattributesclasses.storage.k8s.io', { ...named('vac'), driverName: 'd', parameters: { a: 'b' } }, { parameters: { a: 'c' } }, 'parameters: Forbidden: updates to parameters are forbidden.'],
    ['csidrivers.storage.k8s.io', named('csi'), { spec: { attachRequired: false } }, 'spec.attachedRequired: Invalid value: false: field is immutable'],
    ['csinodes.storage.k8s.io', { ...named('cn'), spec: { drivers: [{ name: 'd', nodeID: 'n' }] } }, { spec: { drivers: [{ name: 'd', nodeID: 'other' }] } }, 'CSINodeDriver: Invalid value'],
    ['csistoragecapacities.storage.k8s.io', { metadata: { name: 'cap', namespace: 'default' }, storageClassName: 'a' }, { storageClassName: 'b' },
      'storageClassName: Invalid value: "b": field is immutable'],
    ['volumeattachments.storage.k8s.io', { ...named('va'), spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'p' } } }, { spec: { nodeName: 'm' } },
      'spec: Invalid value: {"Attacher":"a","Source":{"PersistentVolumeName":"p","InlineVolumeSpec":null},"NodeName":"m"}: field is immutable'],
    ['persistentvolumes', { ...named('pv'), spec: { ...volume, hostPath: { path: '/a' } } }, { spec: { hostPath: { path: '/b' } } },
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation'],
    ['controllerrevisions.apps', { metadata: { name: 'cr', namespace: 'default' }, revision: 1, data: { a: 1 } }, { data: { a: 2 } }, 'data: Invalid value: {"a":2}: field is immutable'],
    ['runtimeclasses.node.k8s.io', { ...named('rc'), handler: 'a' }, { handler: 'b' }, 'handler: Invalid value: "b": field is immutable'],
    ['priorityclasses.scheduling.k8s.io', { ...named('pc'), value: 5 }, { value: 6 }, 'value: Forbidden: may not be changed in an update.'],
    ['ipaddresses.networking.k8s.io', { ...named('10.9.0.1'), spec: { parentRef: { resource: 'services', name: 's' } } }, { spec: { parentRef: { name: 't' } } },
      'spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"","Name":"t"}: field is immutable'],
    ['servicecidrs.networking.k8s.io', { ...named('more'), spec: { cidrs: ['10.250.0.0/24'] } }, { spec: { cidrs: ['10.251.0.0/24'] } },
      'spec.cidrs: Invalid value: ["10.251.0.0/24"]: field is immutable'],
    ['resourceclaims.resource.k8s.io', { ...device({}), metadata: { name: 'claim', namespace: 'default' } }, { spec: { devices: { requests: [] } } }, 'spec: Invalid value'],
  ];
  test.each(changes)('%s %j', (resource, body, change, expected) => {
    create(resource, body, namespaceOf(body));
    const { name } = (body as { metadata: { name: string } }).metadata;
    expect(why(() => patch(resource, name, change, namespaceOf(body)))).toContain(expected);
  });

  test('what the API server needs of priority and fairness', () => {
    expect(why(() => patch('flowschemas.flowcontrol.apiserver.k8s.io', 'catch-all', { spec: { matchingPrecedence: 9000 } }))).toContain("spec of 'catch-all' must equal the fixed value");
    expect(why(() => patch('prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', 'catch-all', { spec: { limited: { lendablePercent: 5 } } })))
      .toContain("spec of 'catch-all' must equal the fixed value");
    expect(patch('prioritylevelconfigurations.flowcontrol.apiserver.k8s.io', 'exempt', { spec: { exempt: { lendablePercent: 5 } } }).code).toBe(200);
  });
});
