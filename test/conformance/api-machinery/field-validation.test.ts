import { describe, expect } from 'vitest';
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
  const answer = api.raw('POST', pathOf(Deployments, namespace), { query: `fieldManager=field_validation_mgr&fieldValidation=${fieldValidation}`, body, headers: { 'content-type': 'application/json' } });
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
});
