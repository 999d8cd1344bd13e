import { describe, expect } from 'vitest';
import { CustomResourceDefinitions } from '../../../src/kinds/apiextensions/customresourcedefinition';
import { Deployments } from '../../../src/kinds/apps/deployment';
import { behaviour } from '../behaviours';
import { startConformance } from '../framework';
import { pathOf } from '../rest-client';

/** A Deployment as text, for text may say a field twice. */
const deployment = (metadata: string, spec: string): string => `{
  "apiVersion": "apps/v1", "kind": "Deployment",
  "metadata": {"name": "my-dep", ${metadata} "labels": {"app": "nginx"}},
  "spec": {${spec} "selector": {"matchLabels": {"app": "nginx"}},
    "template": {"metadata": {"labels": {"app": "nginx"}}, "spec": {"containers": [{"name": "nginx", "image": "nginx:latest"}]}}}
}`;

function post(body: string, fieldValidation: string) {
  const { api, namespace } = startConformance();
  const answer = api.raw('POST', pathOf(Deployments, namespace),
    { query: `fieldManager=field_validation_mgr&fieldValidation=${fieldValidation}`, body, headers: { 'content-type': 'application/json' } });
  return { ...answer, message: (JSON.parse(answer.body) as { readonly message?: string }).message ?? '', kept: api.list(Deployments, namespace).items.length };
}

describe('field validation', () => {
  const unknownAndDouble = deployment('', '"unknownField": "foo", "replicas": 2, "replicas": 3,');

  behaviour('api-machinery-054', () => {
    const refused = post(unknownAndDouble, 'Strict');
    expect(refused).toMatchObject({ code: 400, kept: 0 });
    expect(refused.message).toContain('strict decoding error: unknown field "spec.unknownField", duplicate field "spec.replicas"');
    expect(post(unknownAndDouble, 'Ignore')).toMatchObject({ code: 201, kept: 1 });
  });

  behaviour('api-machinery-056', () => {
    const refused = post(deployment('"unknownMeta": "foo",', ''), 'Strict');
    expect(refused).toMatchObject({ code: 400, kept: 0 });
    expect(refused.message).toContain('strict decoding error: unknown field "metadata.unknownMeta"');
  });

  behaviour('api-machinery-055', () => {
    const { api, namespace, wait } = startConformance();
    const text = { type: 'string' } as const;
    const template = {
      type: 'object', 'x-kubernetes-embedded-resource': true,
      properties: { metadata: { type: 'object', properties: { name: text } }, spec: { type: 'object' } },
    } as const;
    const spec = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { template, foo: text, cronSpec: text } } as const;
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } } as const;
    api.create(CustomResourceDefinitions, {
      metadata: { name: 'noxus.mygroup.example.com' },
      spec: { group: 'mygroup.example.com', scope: 'Cluster', names: { plural: 'noxus', kind: 'Noxu' }, versions: [{ name: 'v1beta1', served: true, storage: true, schema }] },
    });
    wait(1_000);
    const apply = (unknownMeta: string, unknownSubMeta: string) => api.raw('PATCH', '/apis/mygroup.example.com/v1beta1/noxus/mytest', {
      query: 'fieldManager=field_validation_mgr&fieldValidation=Strict', headers: { 'content-type': 'application/apply-patch+yaml' },
      body: `apiVersion: mygroup.example.com/v1beta1\nkind: Noxu\nmetadata:\n  name: mytest\n${unknownMeta}spec:\n  template:\n    apiVersion: `
        + `foo/v1\n    kind: Sub\n    metadata:\n${unknownSubMeta}` +
        `      name: subobject\n      namespace: ${namespace}\n  foo: foo1\n  cronSpec: "* * * * */5"\n`,
    });
    const both = apply('  unknownMeta: unknown\n', '      unknownSubMeta: unknown\n');
    expect(both.body).toMatch(/\.spec\.template\.metadata\.unknownSubMeta: field not declared in schema|\.metadata\.unknownMeta: field not declared in schema/);
    for (const refused of [apply('  unknownMeta: unknown\n', ''), apply('', '      unknownSubMeta: unknown\n')]) {
      expect(refused.code).toBeGreaterThanOrEqual(400);
      expect(refused.body).toMatch(/unknownMeta|unknownSubMeta/);
    }
    expect(apply('', '').code).toBe(201);
  });
});
