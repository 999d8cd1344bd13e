import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handle } from '../../src/apiserver/http/handle';
import type { HttpAnswer } from '../../src/apiserver/http/types';
import type { Status } from '../../src/schema/types';
import { admin, startServer } from './start';

type Asked = { readonly method?: string; readonly path?: string; readonly query?: string; readonly body?: string; readonly contentType?: string };

function start() {
  const { server, store } = startServer();
  const ask = ({ method = 'POST', path = '/api/v1/namespaces/default/configmaps', query = '', body = '', contentType = 'application/json' }: Asked): HttpAnswer => {
    const answer = handle(server, { method, path, query, body, headers: { 'content-type': contentType }, user: admin });
    if (!('body' in answer)) throw new Error('a stream was opened');
    return answer;
  };
  const status = (asked: Asked): Status => JSON.parse(ask(asked).body) as Status;
  return { ask, status, store };
}

const configMap = (name: string, rest: object = {}) => JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...rest });
const deployment = (rest: object = {}) => JSON.stringify({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx', ...rest }] } } },
});

describe('bad input gets Kubernetes\' error and changes nothing', () => {
  const cases: readonly [string, Asked, number, string | RegExp][] = [
    ['malformed YAML', { body: 'a: [', contentType: 'application/yaml' }, 400, /^the object provided is unrecognized \(must be of type ConfigMap\): yaml: line 1: did not find expected node content/],
    ['malformed JSON', { body: '{"kind"' }, 400, /couldn't get version\/kind; json parse error: unexpected end of JSON input/],
    ['an unknown kind', { body: '{"apiVersion":"v1","kind":"Nope","metadata":{"name":"x"}}' }, 400,
      'Nope in version "v1" cannot be handled as a ConfigMap: no kind "Nope" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"'],
    ['an unknown field', { body: configMap('x', { dat: {} }), query: 'fieldValidation=Strict' }, 400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"'],
    ['a wrong type', { body: configMap('x', { data: { a: 1 } }) }, 400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string'],
    ['a name that is no DNS label', { body: configMap('Not_A_Name') }, 422,
      /^ConfigMap "Not_A_Name" is invalid: metadata\.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of/],
    ['a missing namespace', { body: configMap('x'), path: '/api/v1/namespaces/none/configmaps' }, 404, 'namespaces "none" not found'],
    ['2 MB of data', { body: configMap('x', { data: { a: 'x'.repeat(2_000_000) } }) }, 422, /^ConfigMap "x" is invalid: .*Too long/],
    ['a 2 MB object',
      { body: deployment({ args: Array.from({ length: 2_000 }, () => 'x'.repeat(1_000)) }), path: '/apis/apps/v1/namespaces/default/deployments' },
      500, 'etcdserver: request is too large'],
    ['a wrong content type', { body: 'x', contentType: 'text/plain' }, 415, /^the body of the request was in an unknown format/],
    ['an unknown resource', { method: 'GET', path: '/api/v1/namespaces/default/nosuch' }, 404, 'the server could not find the requested resource'],
    ['a verb the resource has not', { method: 'DELETE', path: '/api/v1/namespaces' }, 405, 'the server does not allow this method on the requested resource'],
    ['a bad selector', { method: 'GET', query: 'labelSelector=a%3D%3D%3Db' }, 400, "unable to parse requirement: found '=', expected: identifier"],
  ];

  test.each(cases)('%s', (_what, asked, code, message) => {
    const { status, store } = start();
    const { revision } = store;
    const answer = status(asked);
    expect(answer).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
    if (typeof message === 'string') expect(answer.message).toBe(message); else expect(answer.message).toMatch(message);
    expect(store.revision).toBe(revision);
  });

  test('a duplicate name', () => {
    const { ask, status } = start();
    ask({ body: configMap('x') });
    expect(status({ body: configMap('x') })).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'configmaps "x" already exists' });
  });

  test('a stale resourceVersion', () => {
    const { ask, status } = start();
    ask({ body: configMap('x') });
    expect(status({ method: 'PUT', path: '/api/v1/namespaces/default/configmaps/x', body: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', resourceVersion: '1' } }) }))
      .toMatchObject({
        code: 409, reason: 'Conflict',
        message: 'Operation cannot be fulfilled on configmaps "x": the object has been modified; please apply your changes to the latest version and try again',
      });
  });
});

test('whatever is asked, the answer is well formed, and an error changes nothing', () => {
  const { ask, store } = start();
  const path = fc.oneof(
    fc.constantFrom('/api/v1/namespaces/default/pods', '/api/v1/namespaces/default/pods/x', '/apis/apps/v1/namespaces/default/deployments', '/apis/apps/v1/namespaces/default/deployments/x/scale',
      '/api/v1/nodes', '/api/v1/namespaces', '/api/v1/namespaces/default/status', '/apis', '/nowhere', '/api/v1/namespaces/default/services/kubernetes'),
    fc.array(fc.constantFrom('api', 'apis', 'v1', 'apps', 'namespaces', 'default', 'pods', 'x', '%20', '..', 'scale', 'status', 'watch'), { maxLength: 8 }).map((parts) => `/${parts.join('/')}`),
  );
  const fragment = fc.constantFrom('Pod', 'Deployment', 'v1', 'apps/v1', 'x', 'default', 'nginx', -1, 0, 2 ** 40, 1.5, null, true, [], {}, 'Always', '10Gi', '2026-01-01T00:00:00Z');
  const key = fc.constantFrom(
    'apiVersion', 'kind', 'metadata', 'name', 'namespace', 'labels', 'spec', 'status', 'containers', 'image', 'replicas', 'selector',
    'template', 'matchLabels', 'ports', 'data', '$patch', 'finalizers', 'ownerReferences',
  );
  const value = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof({ depthSize: 'small' }, fragment, fc.dictionary(key, tie('node'), { maxKeys: 5 }), fc.array(tie('node'), { maxLength: 3 })),
  })).node;
  const body = fc.oneof(value.map((each) => JSON.stringify(each)), fc.string());
  const contentType = fc.constantFrom(
    'application/json', 'application/yaml', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/json-patch+json',
    'text/plain', '',
  );
  fc.assert(fc.property(
    fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'FOO'), path,
    fc.constantFrom('', 'limit=x', 'dryRun=All', 'fieldSelector=a', 'fieldValidation=Strict', 'limit=1&continue=zz'),
    body, contentType,
    (method, where, query, text, type) => {
      const { revision } = store;
      const answer = ask({ method, path: where, query, body: text, contentType: type });
      expect(answer.code).toBeGreaterThanOrEqual(200);
      if (answer.code < 400) return;
      if (answer.contentType === 'application/json') expect(JSON.parse(answer.body)).toMatchObject({ kind: 'Status', status: 'Failure', code: answer.code });
      expect(store.revision).toBe(revision);
    }), { numRuns: 3_000, seed: 20_260_101 });
});
