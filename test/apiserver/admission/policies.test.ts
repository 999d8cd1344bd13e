import { describe, expect, test } from 'vitest';
import { MutatingAdmissionPolicies, MutatingAdmissionPolicyBindings } from '../../../src/kinds/admissionregistration/mutatingadmissionpolicy';
import { ValidatingAdmissionPolicies, ValidatingAdmissionPolicyBindings } from '../../../src/kinds/admissionregistration/validatingadmissionpolicy';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { ConfigMaps } from '../../../src/kinds/core/configmap';
import { Namespaces } from '../../../src/kinds/core/namespace';
import type { MutatingAdmissionPolicySpec, ValidatingAdmissionPolicyBindingSpec, ValidatingAdmissionPolicySpec } from '../../../src/schema/types';
import { refusal, startServer } from '../start';

const configMaps = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE', 'DELETE'], resources: ['configmaps'] }] };
type Server = ReturnType<typeof startServer>;

function validate({ client }: Server, spec: Partial<ValidatingAdmissionPolicySpec>, binding: Partial<ValidatingAdmissionPolicyBindingSpec> = {}, name = 'p'): void {
  client.create(ValidatingAdmissionPolicies, { metadata: { name }, spec: { matchConstraints: configMaps, ...spec } });
  client.create(ValidatingAdmissionPolicyBindings, { metadata: { name }, spec: { policyName: name, validationActions: ['Deny'], ...binding } });
}
const make = ({ client }: Server, name: string, data: Record<string, string> = {}, namespace = 'default') => client.create(ConfigMaps, { metadata: { name, namespace }, data });
const message = (server: Server, name: string, data?: Record<string, string>): string => refusal(() => make(server, name, data)).message;

describe('ValidatingAdmissionPolicy', () => {
  test('variables are composed; one that fails fails those who read it', () => {
    const server = startServer();
    validate(server, {
      variables: [{ name: 'size', expression: 'object.data.size()' }, { name: 'double', expression: 'variables.size * 2' }, { name: 'bad', expression: 'object.nope' }],
      validations: [{ expression: 'variables.double < 5', messageExpression: "'twice as many: ' + string(variables.double)" }, { expression: "!('bad' in object.data) || variables.bad == 'x'" }],
    });
    make(server, 'small', { a: '1' });
    expect(message(server, 'large', { a: '1', b: '2', c: '3' })).toContain('denied request: twice as many: 6');
    expect(message(server, 'failing', { bad: '1' })).toContain('composited variable "bad" fails to evaluate: no such key: nope');
  });

  test('parameters come from objects by name or by selector; a missing one denies or is let pass', () => {
    const server = startServer();
    const { client } = server;
    client.create(Namespaces, { metadata: { name: 'limits' }, spec: {} });
    const limit = (name: string, most: string) => client.create(ConfigMaps, { metadata: { name, namespace: 'limits', labels: { limit: 'yes' } }, data: { most } });
    const policy = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: "request.namespace == 'limits' || object.data.size() <= int(params.data.most)", messageExpression: "'at most ' + params.data.most" }] };
    validate(server, policy, { paramRef: { selector: { matchLabels: { limit: 'yes' } }, namespace: 'limits', parameterNotFoundAction: 'Allow' } });
    make(server, 'free', { a: '1', b: '2', c: '3' });
    limit('five', '5');
    limit('two', '2');
    expect(message(server, 'three', { a: '1', b: '2', c: '3' })).toContain('denied request: at most 2');
    validate(server, policy, { paramRef: { name: 'gone', namespace: 'limits', parameterNotFoundAction: 'Deny' } }, 'q');
    expect(message(server, 'one', { a: '1' }))
      .toBe("configmaps \"one\" is forbidden: ValidatingAdmissionPolicy 'q' with binding 'q' denied request: failed to configure binding: no params "
        + "found for policy binding with `Deny` parameterNotFoundAction");
  });

  test('match conditions, excluded rules, names and selectors leave requests out', () => {
    const server = startServer();
    validate(server, {
      matchConditions: [{ name: 'not-mine', expression: "request.userInfo.username != 'kubernetes-admin' || object.metadata.name != 'skipped'" }],
      matchConstraints: { ...configMaps, excludeResourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'],
        resourceNames: ['excluded'] }], objectSelector: { matchExpressions: [{ key: 'exempt', operator: 'DoesNotExist' }] } },
      validations: [{ expression: 'false', message: 'no' }],
    });
    make(server, 'skipped');
    make(server, 'excluded');
    server.client.create(ConfigMaps, { metadata: { name: 'exempt', namespace: 'default', labels: { exempt: '' } } });
    expect(refusal(() => make(server, 'other')).code).toBe(422);
  });

  test('a delete is judged by the old object; failurePolicy Ignore lets failures pass; the namespace and the authorizer can be asked', () => {
    const server = startServer();
    const kept = make(server, 'kept', { keep: 'yes' });
    validate(server, { matchConstraints: { resourceRules: [{ ...configMaps.resourceRules[0], operations: ['DELETE'] }] },
      validations: [{ expression: "!('keep' in oldObject.data) && object == null", reason: 'Forbidden' }] });
    validate(server, { failurePolicy: 'Ignore', validations: [{ expression: 'object.nothing.at.all == 1' }] }, {}, 'broken');
    validate(server, { validations: [{ expression: "namespaceObject.metadata.name == 'default' && "
      + "authorizer.group('').resource('configmaps').namespace('default').check('create').allowed() && authorizer.requestResource.check('get').allowed()" }] }, {}, 'asking');
    make(server, 'fine', { a: '1' });
    expect(refusal(() => server.client.delete(ConfigMaps, kept.metadata)).code).toBe(403);
    server.client.delete(ConfigMaps, { namespace: 'default', name: 'fine' });
  });

  test('what does not compile is refused with its place', () => {
    const server = startServer();
    expect(refusal(() => validate(server, { validations: [{ expression: 'object.a == nope' }] })).message).toContain(
      'compilation failed: ERROR: <input>:1:13: undeclared reference to \'nope\' (in container \'\')\n | object.a == nope\n | ............^');
    expect(refusal(() => validate(server, { validations: [{ expression: 'params == 1' }] })).message).toContain("undeclared reference to 'params'");
    expect(refusal(() => validate(server, { variables: [{ name: 'a-b', expression: '1' }], validations: [{ expression: 'true' }] })).message).toContain('name is not a valid CEL identifier');
    expect(refusal(() => validate(server, { auditAnnotations: [{ key: 'k', valueExpression: '1' }] })).message).toContain('must evaluate to one of [string null_type]');
  });
});

const deployment = { metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } } } };
const deployments = { resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }] };

function mutate({ client }: Server, spec: Partial<MutatingAdmissionPolicySpec>, name = 'm'): void {
  client.create(MutatingAdmissionPolicies,
    { metadata: { name }, spec: { matchConstraints: configMaps.resourceRules
      ? { resourceRules: configMaps.resourceRules.map((rule) => ({ ...rule, operations: ['CREATE', 'UPDATE'] })) } : {}, ...spec } });
  client.create(MutatingAdmissionPolicyBindings, { metadata: { name }, spec: { policyName: name } });
}

describe('MutatingAdmissionPolicy', () => {
  test('an apply configuration is merged as server-side apply would', () => {
    const server = startServer();
    mutate(server, {
      matchConstraints: deployments,
      mutations: [{ patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: "Object{spec: Object.spec{replicas: object.spec.replicas + 4, template: Object.spec.template{spec: "
          + "Object.spec.template.spec{initContainers: [Object.spec.template.spec.initContainers{name: 'mesh', image: 'envoy:1'}]}}}}" } }],
    });
    const { spec } = server.client.create(Deployments, deployment);
    expect(spec.replicas).toBe(5);
    expect(spec.template.spec?.containers.map(({ name }) => name)).toEqual(['c']);
    expect(spec.template.spec?.initContainers).toMatchObject([{ name: 'mesh', image: 'envoy:1', imagePullPolicy: 'IfNotPresent' }]);
  });

  test('a JSON patch, with escaped keys; later policies see what earlier ones made, and IfNeeded asks again', () => {
    const server = startServer();
    const annotate = (key: string, value: string) =>
      `[has(object.metadata.annotations) ? JSONPatch{op: 'add', path: '/metadata/annotations/' + jsonpatch.escapeKey('${key}'), value: `
        + `${value}} : JSONPatch{op: 'add', path: '/metadata/annotations', value: {'${key}': ${value}}}]`;
    mutate(server, { reinvocationPolicy: 'IfNeeded', mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: annotate('a/seen', "'b' in object.data ? 'both' : 'alone'") } }] }, 'a');
    mutate(server, { mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: "[JSONPatch{op: 'add', path: '/data/b', value: 'made'}]" } }] }, 'b');
    const { data, metadata } = make(server, 'x', { a: '1' });
    expect(data).toEqual({ a: '1', b: 'made' });
    expect(metadata.annotations).toEqual({ 'a/seen': 'both' });
  });

  test('a patch that fails refuses the request, or is left out', () => {
    const server = startServer();
    const mutations = [{ patchType: 'JSONPatch', jsonPatch: { expression: "[JSONPatch{op: 'remove', path: '/data/none'}]" } }];
    mutate(server, { failurePolicy: 'Ignore', mutations }, 'left-out');
    make(server, 'x');
    mutate(server, { mutations }, 'refusing');
    expect(message(server, 'y')).toContain("configmaps \"y\" is forbidden: policy 'refusing' with binding 'refusing' denied request: ");
  });
});
