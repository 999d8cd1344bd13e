import { describe, expect, test } from 'vitest';
import { handle } from '../../src/apiserver/http/handle';
import { ServiceAccounts } from '../../src/kinds/core/serviceaccount';
import { isObject, type JsonObject } from '../../src/lib/json';
import { messageOf } from '../../src/schema/protobuf-facts';
import { encodeProtobuf } from '../schema/protobuf-encode';
import { namespace, taken } from './fuzz/call';
import { admin, startServer } from './start';

/** What a typed client creates: the objects of the recordings that have a message. */
const created = taken.flatMap(({ method, path, body }) => {
  const value: unknown = 'value' in body ? body.value : undefined;
  if (method !== 'POST' || !isObject(value)) return [];
  const { kind, apiVersion } = value;
  const message = typeof kind === 'string' && typeof apiVersion === 'string' ? messageOf(apiVersion, kind) : undefined;
  return message === undefined ? [] : [{ title: `${String(kind)} ${path}`, path, value, bytes: encodeProtobuf(String(apiVersion), String(kind), message, value) }];
});

/** The answer to a create on a server of its own; who the object is and who wrote it aside. */
function answerTo(path: string, body: string | Uint8Array, contentType: string): unknown {
  const { server, client } = startServer();
  for (const call of [{ path: '/api/v1/namespaces', body: JSON.stringify({ metadata: { name: namespace } }), type: 'application/json' }, { path, body, type: contentType }]) {
    const answer = handle(server, { method: 'POST', path: call.path, query: '', headers: { 'content-type': call.type }, body: call.body, user: admin });
    if (!('body' in answer)) throw new Error('no answer');
    if (call.path !== path || call.body !== body) { client.create(ServiceAccounts, { metadata: { name: 'default', namespace } }); continue; }
    const { metadata, ...rest } = JSON.parse(answer.body) as JsonObject;
    return { code: answer.code, metadata: { ...(metadata as object), managedFields: undefined }, ...rest };
  }
  return undefined;
}

describe('an object in protobuf is the same as in JSON', () => {
  test('there are many kinds of such', () => expect(new Set(created.map(({ value }) => value['kind'])).size).toBeGreaterThan(30));
  test.each(created.filter(({ title }, index) => created.findIndex((each) => each.title === title) === index))('$title', ({ path, value, bytes }) => {
    expect(answerTo(path, bytes, 'application/vnd.kubernetes.protobuf')).toEqual(answerTo(path, JSON.stringify(value), 'application/json'));
  });
});
