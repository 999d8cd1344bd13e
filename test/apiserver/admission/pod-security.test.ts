import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../src/apiserver/admission/pod-security/evaluate';
import { levels, policyOf } from '../../../src/apiserver/admission/pod-security/levels';
import type { Draft } from '../../../src/api/types';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { Namespaces } from '../../../src/kinds/core/namespace';
import { Pods } from '../../../src/kinds/core/pod';
import { ServiceAccounts } from '../../../src/kinds/core/serviceaccount';
import type { Pod, PodSpec } from '../../../src/schema/types';
import { refusal, startServer } from '../start';

const label = (mode: string) => `pod-security.kubernetes.io/${mode}`;

function withNamespace(labels: Readonly<Record<string, string>>) {
  const started = startServer();
  started.client.create(Namespaces, { metadata: { name: 'safe', labels }, spec: {} });
  started.client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 'safe' } });
  return started;
}
const pod = (spec: object = {}, container: object = {}): Draft<Pod> =>
  ({ metadata: { name: 'p', namespace: 'safe' }, spec: { containers: [{ name: 'c', image: 'nginx:1.27', ...container }], ...spec } });
const restrictedContainer = { securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } } };

describe('PodSecurity', () => {
  test.each([
    ['baseline:latest', {}, { securityContext: { privileged: true } }, 'privileged (container "c" must not set securityContext.privileged=true)'],
    ['baseline:latest', {}, { securityContext: { appArmorProfile: { type: 'Unconfined' } } }, 'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")'],
    ['baseline:latest', {}, { livenessProbe: { httpGet: { port: 80, host: '1.2.3.4' } } }, 'probe or lifecycle host (container "c" uses probe or lifecycle host "1.2.3.4")'],
    ['baseline:latest', { securityContext: { seLinuxOptions: { user: 'u', role: 'r' } } }, {},
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: user may not be set; role may not be set)'],
    ['baseline:v1.26', { securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports', value: '1' }] } }, {}, 'forbidden sysctls (net.ipv4.ip_local_reserved_ports)'],
    ['restricted:latest', { volumes: [{ name: 'h', hostPath: { path: '/' } }, { name: 'n', nfs: { server: 's', path: '/' } }] }, restrictedContainer,
      'restricted volume types (volumes "h", "n" use restricted volume types "hostPath", "nfs")'],
    ['restricted:latest', {}, { securityContext: { ...restrictedContainer.securityContext, runAsUser: 0 } }, 'runAsUser=0 (container "c" must not set runAsUser=0)'],
    ['restricted:latest', {}, { securityContext: { ...restrictedContainer.securityContext, capabilities: { drop: ['ALL'], add: ['CHOWN'] } } },
      'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)'],
  ])('%s refuses %j %j', (level, spec, container, why) => {
    const [enforce = '', version = ''] = level.split(':');
    const { client } = withNamespace({ [label('enforce')]: enforce, [label('enforce-version')]: version });
    expect(refusal(() => client.create(Pods, pod(spec, container))).message).toBe(`pods "p" is forbidden: violates PodSecurity "${level}": ${why}`);
  });

  test('allows what later versions learnt to allow', () => {
    const { client } = withNamespace({ [label('enforce')]: 'baseline' });
    client.create(Pods, pod({ securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] } }));
  });

  test('lets an update through that changes nothing of concern, and refuses a new image of a pod that was there before', () => {
    const { client } = withNamespace({});
    const made = client.create(Pods, pod({ hostNetwork: true }));
    client.patch(Namespaces, { name: 'safe' }, { metadata: { labels: { [label('enforce')]: 'baseline' } } });
    client.patch(Pods, made.metadata, { metadata: { labels: { a: 'b' } } });
    const error = refusal(() => client.patch(Pods, made.metadata, { spec: { containers: [{ name: 'c', image: 'nginx:1.28' }] } }, 'strategic'));
    expect(error.message).toContain('violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)');
  });

  test('refuses nothing of a workload but what its pods will meet', () => {
    const { call } = withNamespace({ [label('enforce')]: 'baseline' });
    const template = { metadata: { labels: { a: 'b' } }, spec: { hostPID: true, containers: [{ name: 'c', image: 'nginx:1.27' }] } };
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };
    const { code, warnings } = call({ verb: 'create', resource: Deployments.resource, namespace: 'safe', body });
    expect(code).toBe(201);
    expect(warnings?.filter((each) => each.includes('PodSecurity'))).toEqual(['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)']);
  });

  test('takes a wrong label for the strictest level when it cannot be refused any more', () => {
    const { enforce, warn, errors } = policyOf({ [label('enforce')]: 'tight', [label('warn')]: 'tight' });
    expect([enforce.level, warn.level, errors.length]).toEqual(['restricted', 'privileged', 2]);
  });
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const context = fc.record({
  privileged: maybe(fc.boolean()), allowPrivilegeEscalation: maybe(fc.boolean()), runAsNonRoot: maybe(fc.boolean()), runAsUser: maybe(fc.constantFrom(0, 1)),
  seccompProfile: maybe(fc.constantFrom({ type: 'RuntimeDefault' }, { type: 'Unconfined' })), capabilities: maybe(fc.constantFrom({ drop: ['ALL'] }, { add: ['SYS_ADMIN'] })),
}, { requiredKeys: [] });
const specs = fc.record({ hostNetwork: fc.boolean(), hostUsers: fc.boolean(), securityContext: context, containers: fc.array(context, { minLength: 1, maxLength: 3 }) })
  .map((parts) => JSON.parse(JSON.stringify({ ...parts, containers: parts.containers.map((securityContext, i) => ({ name: `c${i}`, securityContext })) })) as PodSpec); // as it would arrive
const at = fc.record({ level: fc.constantFrom(...levels), minor: fc.constantFrom(20, 30, 34, 35, Infinity) });

test('a pod is judged as its template is, however often', () => {
  fc.assert(fc.property(specs, at, (spec, level) => {
    const copy = JSON.parse(JSON.stringify(spec)) as PodSpec;
    const verdict = evaluate(level, {}, spec);
    expect(evaluate(level, { annotations: { any: 'thing' } }, copy)).toEqual(verdict);
    expect(evaluate(level, {}, spec)).toBe(verdict);
    expect(evaluate(level, { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default' } }, spec)).toEqual(verdict); // worked out anew
  }));
});

test('what the restricted level allows, baseline allows', () => {
  fc.assert(fc.property(specs, fc.constantFrom(30, 35, Infinity), (spec, minor) => {
    if (evaluate({ level: 'restricted', minor }, {}, spec).length === 0) expect(evaluate({ level: 'baseline', minor }, {}, spec)).toEqual([]);
  }));
});
