import { describe, expect, test } from 'vitest';
import type { ApiRequest, User } from '../../../src/api/types';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../../src/kinds/admissionregistration/validatingadmissionpolicy';
import { Pods } from '../../../src/kinds/core/pod';
import type { Pod } from '../../../src/schema/types';
import { refusal, startServer } from '../start';

const place = { namespace: 'default', name: 'p' };
const kubelet: User = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };

function start(spec: Partial<Pod['spec']> = {}) {
  const server = startServer();
  const pod = server.client.create(Pods, { metadata: place, spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec } });
  const post = (subresource: string, body: object, request: Partial<ApiRequest> = {}) =>
    server.call({ verb: 'create', resource: 'pods', subresource, ...place, body, ...request });
  return { ...server, pod, post };
}

/** A policy for what is posted to one subresource. */
function judge({ client }: ReturnType<typeof start>, resource: string, expression: string): void {
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] };
  client.create(ValidatingAdmissionPolicies, { metadata: { name: 'p' }, spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression, message: 'not this one' }] } });
  client.create(ValidatingAdmissionPolicyBindings, { metadata: { name: 'p' }, spec: { policyName: 'p', validationActions: ['Deny'] } });
}

const denied = `pods "p" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: not this one`;

describe('what is posted to a subresource passes admission', () => {
  test('an eviction: a policy that refuses it leaves the pod alone', () => {
    const server = start();
    judge(server, 'pods/eviction', "request.kind.kind != 'Eviction' || has(object.deleteOptions)");
    expect(refusal(() => server.post('eviction', {}))).toMatchObject({ code: 422, message: denied });
    expect(server.client.get(Pods, place).metadata.deletionTimestamp).toBeUndefined();
    expect(server.post('eviction', { deleteOptions: { gracePeriodSeconds: 1 } }).code).toBe(201);
  });

  test('a binding: a policy keeps pods from a node', () => {
    const server = start();
    judge(server, 'pods/binding', "object.target.name != 'n1'");
    expect(refusal(() => server.post('binding', { target: { kind: 'Node', name: 'n1' } })).message).toBe(denied);
    expect(server.client.get(Pods, place).spec.nodeName).toBeUndefined();
    expect(server.post('binding', { target: { kind: 'Node', name: 'n2' } }).code).toBe(201);
  });

  test('a policy for pods is none for what is posted to their subresources', () => {
    const server = start();
    judge(server, 'pods', 'false');
    expect(server.post('eviction', {}).code).toBe(201);
  });

  test('a kubelet evicts pods of its own node alone', () => {
    const server = start({ nodeName: 'n2' });
    expect(refusal(() => server.server.call({ verb: 'create', resource: 'pods', subresource: 'eviction', ...place, body: {}, user: kubelet })).message)
      .toBe('pods "p" is forbidden: node n1 can only evict pods with spec.nodeName set to itself');
  });

  test.each([
    ['n1', undefined, 'node requested token not bound to a pod'],
    ['n1', {}, 'node requested token with a pod binding without a uid'],
    ['n2', { uid: 'its own' }, 'node requested token bound to a pod scheduled on a different node'],
  ])('a kubelet asks for tokens of pods of its own node alone: pod on %s, %o', (nodeName, bound, why) => {
    const { server, pod } = start({ nodeName });
    const boundObjectRef = bound && { kind: 'Pod', apiVersion: 'v1', name: 'p', ...('uid' in bound && { uid: pod.metadata.uid }) };
    const token = () => server.call({
      verb: 'create', resource: 'serviceaccounts', subresource: 'token', namespace: 'default', name: 'default', user: kubelet,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { ...(boundObjectRef && { boundObjectRef }) } },
    });
    expect(refusal(token).message).toBe(`serviceaccounts "default" is forbidden: ${why}`);
  });
});
