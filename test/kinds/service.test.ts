import '../../src/kinds/registry';   // services are judged by rules that come with it
import { describe, expect, test } from 'vitest';
import { Services } from '../../src/kinds/core/service';
import { decode } from '../../src/schema/decode';
import type { Service, ServiceSpec } from '../../src/schema/types';
import { deepFreeze } from '../../src/lib/freeze';
import { pod } from './objects';

function service(spec: ServiceSpec): Service {
  const { value } = decode('io.k8s.api.core.v1.Service', { apiVersion: 'v1', kind: 'Service', metadata: pod().metadata, spec });
  return deepFreeze(Services.defaults?.(value as Service) ?? service(spec)); // decoded by the definition of that type
}
const created = (spec: ServiceSpec): Service => deepFreeze(Services.prepareForCreate?.(service(spec)) ?? service(spec));
const updated = (spec: ServiceSpec, previous: Service): ServiceSpec | undefined => Services.prepareForUpdate?.(service(spec), previous).spec;

const ports = [{ port: 80, protocol: 'TCP', targetPort: 80 }];
const allocated = created({ type: 'NodePort', clusterIP: '10.96.0.9', ports: [{ ...ports[0], port: 80, nodePort: 30080 }] });

describe('an update of a service', () => {
  test('keeps the addresses that the client left out', () => {
    expect(updated({ type: 'NodePort', ports }, allocated)).toMatchObject({ clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'], ports: [{ nodePort: 30080 }], ipFamilies: ['IPv4'] });
  });
  test('drops node ports and traffic policy with the type that has them', () => {
    const spec = updated({ ...allocated.spec, type: 'ClusterIP' }, allocated);
    expect(spec).not.toHaveProperty('externalTrafficPolicy');
    expect(spec?.ports?.[0]).not.toHaveProperty('nodePort');
    expect([...(Services.rules?.({ ...allocated, spec: spec ?? {} }, { previous: allocated }) ?? [])]).toEqual([]);
  });
  test('drops the cluster address when it becomes an external name', () => {
    const spec = updated({ ...allocated.spec, type: 'ExternalName', externalName: 'a.example', ports: [] }, allocated);
    expect(spec).not.toHaveProperty('clusterIP');
    expect(spec).not.toHaveProperty('clusterIPs');
  });
  test('does not change the cluster address', () => {
    const next = { ...allocated, spec: updated({ ...allocated.spec, clusterIP: '10.96.0.10' }, allocated) ?? {} };
    expect([...(Services.rules?.(next, { previous: allocated }) ?? [])].map(({ field, detail }) => `${field}: ${detail}`)).toEqual(['spec.clusterIPs[0]: may not change once set']);
  });
});

test('a service that needs nothing is given back by its defaults', () => expect(Services.defaults?.(allocated)).toBe(allocated));

test('session affinity by client lasts three hours unless told otherwise', () => {
  expect(service({ sessionAffinity: 'ClientIP', ports }).spec.sessionAffinityConfig).toEqual({ clientIP: { timeoutSeconds: 10800 } });
  expect(service({ sessionAffinity: 'None', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } }, ports }).spec).not.toHaveProperty('sessionAffinityConfig');
});
