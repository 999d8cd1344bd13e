import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/types';
import { deepFreeze } from '../../src/lib/freeze';
import { stockCatalog } from '../../src/kinds/registry';
import type { Kind } from '../../src/kinds/define';
import { decode } from '../../src/schema/decode';
import { isJsonObject, stepsOf } from '../recorded/recording';

type Body = { readonly apiVersion: string; readonly kind: string; readonly metadata: object };
const recorded: readonly Body[] = stepsOf('defaulting').flatMap(({ request: { body } }) => (isJsonObject(body) && 'kind' in body ? [body as unknown as Body] : []));
const catalog = stockCatalog();
const kindOf = ({ apiVersion, kind }: Body): Kind<KubeObject> | undefined => [...catalog.all()].find((each) => each.apiVersion === apiVersion && each.kind === kind);

const metadata = { name: 'x', namespace: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const decoded = (kind: Kind<KubeObject>, body: object): KubeObject => {
  const { value } = kind.definition === undefined ? { value: body } : decode(kind.definition, body);
  return deepFreeze({ ...value, kind: kind.kind, apiVersion: kind.apiVersion,
    metadata: { ...metadata, ...('metadata' in body && typeof body.metadata === 'object' ? body.metadata : {}) } } as KubeObject);
};

describe('defaults change nothing of what has them', () => {
  const bodies = recorded.flatMap((body) => { const kind = kindOf(body); return kind ? [{ kind, body, name: `${body.apiVersion} ${body.kind}` }] : []; });
  test('every recorded body is of a kind that is served', () => expect(bodies.length).toBe(recorded.length));
  test.each(bodies)('$name', ({ kind, body }) => {
    const object = decoded(kind, body);
    const once = deepFreeze(kind.defaults?.(object) ?? object);
    expect(kind.defaults?.(once) ?? once).toEqual(once);
    expect(decoded(kind, once)).toEqual(once);
  });
});

describe('a kind without anything said', () => {
  test.each([...catalog.all()].filter(({ defaults }) => defaults).map((kind) => ({ kind, name: `${kind.apiVersion} ${kind.kind}` })))('$name: is given the same twice', ({ kind }) => {
    const object = decoded(kind, { metadata: {} });
    const once = deepFreeze(kind.defaults?.(object) ?? object);
    expect(kind.defaults?.(once) ?? once).toEqual(once);
  });
});
