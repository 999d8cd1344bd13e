import { describe, expect } from 'vitest';
import { MutatingWebhookConfigurations } from '../../../src/kinds/admissionregistration/webhook-configurations';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import type { Draft, KubeObject, Resource } from '../../../src/api/types';
import { isObject } from '../../../src/lib/json';
import type { CustomResourceDefinitionVersion, JSONSchemaProps } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance } from '../framework';

type Foo = KubeObject & { readonly data?: Readonly<Record<string, string>> };
const foosAt = (version: string): Resource<Foo> => ({ resource: 'foos.crd.example.com', group: 'crd.example.com', version, apiVersion: `crd.example.com/${version}`, kind: 'Foo', namespaced: true });
const Foos = foosAt('v1');
const text = { type: 'string' } as const;
const open: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const version = (name: string, schema: JSONSchemaProps, storage = name === 'v1'): CustomResourceDefinitionVersion => ({ name, served: true, storage, schema: { openAPIV3Schema: schema } });

/** Upstream's webhooks in two stages: the second acts on what the first has done. */
function mutate(from: string, to: string) {
  return (review: unknown): { readonly body: unknown } => {
    const request = isObject(review) && isObject(review['request']) ? review['request'] : {};
    const object = isObject(request['object']) ? request['object'] : {};
    const applies = isObject(object['data']) && object['data'][from] === 'yes';
    const patch = btoa(JSON.stringify([{ op: 'add', path: `/data/${to}`, value: 'yes' }]));
    return { body: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: request['uid'], allowed: true, ...(applies && { patchType: 'JSONPatch', patch }) } } };
  };
}

function start(versions: readonly CustomResourceDefinitionVersion[]) {
  const framework = startConformance();
  const { api, cluster, wait } = framework;
  api.create(CustomResourceDefinitions, { metadata: { name: 'foos.crd.example.com' }, spec: { group: 'crd.example.com', scope: 'Namespaced', names: { plural: 'foos', kind: 'Foo' }, versions } });
  const stages = [['mutation-start', 'mutation-stage-1'], ['mutation-stage-1', 'mutation-stage-2']] as const;
  for (const [from, to] of stages) cluster.server.webhooks.register(`https://hooks.example/${to}`, mutate(from, to));
  api.create(MutatingWebhookConfigurations, {
    metadata: { name: 'mutate-custom-resources' },
    webhooks: stages.map(([, to]) => ({
      name: `${to}.example.com`, clientConfig: { url: `https://hooks.example/${to}` }, sideEffects: 'None', admissionReviewVersions: ['v1'],
      rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['crd.example.com'], apiVersions: ['*'], resources: ['foos'] }],
    })),
  });
  wait(1_000);
  return framework;
}

const begun = (namespace: string): Draft<Foo> => ({ metadata: { name: 'cr-instance-1', namespace }, data: { 'mutation-start': 'yes' } } as Draft<Foo>);
const whole = { 'mutation-start': 'yes', 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' };

describe('mutating webhooks and custom resources', () => {
  behaviour('api-machinery-016', () => {
    const { api, namespace } = start([version('v1', open)]);
    expect(api.create(Foos, begun(namespace)).data).toEqual(whole);
  });

  behaviour('api-machinery-018', () => {
    const data = { type: 'object', properties: { 'mutation-start': text, 'mutation-stage-1': text } } as const;   // the second stage's field is not declared
    const { api, namespace } = start([version('v1', { type: 'object', properties: { data } })]);
    expect(api.create(Foos, begun(namespace)).data).toEqual({ 'mutation-start': 'yes', 'mutation-stage-1': 'yes' });
  });

  behaviour('api-machinery-017', () => {
    const { api, namespace, wait } = start([version('v1', open), version('v2', open)]);
    expect(api.create(Foos, begun(namespace)).data).toEqual(whole);
    api.patch(CustomResourceDefinitions, { name: 'foos.crd.example.com' }, { spec: { versions: [version('v1', open, false), version('v2', open, true)] } }, 'merge');
    wait(1_000);
    const patched = api.patch(foosAt('v2'), { namespace, name: 'cr-instance-1' }, { data: { extra: 'yes' } }, 'merge');
    expect(patched).toMatchObject({ apiVersion: 'crd.example.com/v2', data: { ...whole, extra: 'yes' } });
  });
});
