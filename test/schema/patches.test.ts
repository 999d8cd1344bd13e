import { describe, expect, test } from 'vitest';
import { deepFreeze } from '../../src/lib/freeze';
import { isObject, type JsonObject } from '../../src/lib/json';
import { applyJsonPatch } from '../../src/lib/patches/json-patch';
import { applyMergePatch } from '../../src/lib/patches/merge-patch';
import { PatchError } from '../../src/lib/patches/patch-error';
import { applyStrategicMergePatch } from '../../src/lib/patches/strategic-merge-patch';
import { decode } from '../../src/schema/decode';
import { definitionOf, mergeFactsOf } from '../../src/schema/facts';
import { messageOf, missing, recorded, type Step } from './recorded';

const definitionFor = ({ apiVersion, kind }: JsonObject): string => {
  const [version = '', group = ''] = String(apiVersion).split('/').reverse();
  return definitionOf({ group, version, kind: String(kind) }) ?? '';
};

const appliers: Readonly<Record<string, (current: JsonObject, patch: unknown) => unknown>> = {
  'application/strategic-merge-patch+json': (current, patch) => applyStrategicMergePatch(current, patch, mergeFactsOf(definitionFor(current))),
  'application/merge-patch+json': applyMergePatch,
  'application/json-patch+json': applyJsonPatch,
};

/** Each patch with the object it met: what the server last answered for that path. */
function* patches(): Generator<{ readonly step: Step; readonly current: JsonObject }> {
  const objects = new Map<string, JsonObject>();
  for (const step of recorded('patch')) {
    const { request: { method, path, query, body, contentType = '' }, response } = step;
    const current = objects.get(path);
    if (method === 'PATCH' && current && appliers[contentType] && typeof body !== 'string') yield { step, current };
    if (response.code < 300 && isObject(response.body) && !query?.includes('dryRun')) {
      const { metadata } = response.body;
      objects.set(method === 'POST' && isObject(metadata) ? `${path}/${String(metadata['name'])}` : path, response.body);
    }
  }
}

const all = [...patches()];
const apply = ({ step, current }: (typeof all)[number]): unknown => appliers[step.request.contentType ?? '']?.(deepFreeze(current), deepFreeze(step.request.body));

/** Kept or set by the server whatever a patch says. */
const ofTheServer = /^\.(kind|metadata\.(managedFields|resourceVersion|generation)|status)/;
/** The server fills these in again after the patch. */
const refilled = /^\.spec\.(clusterIP|externalTrafficPolicy|internalTrafficPolicy|ports\[0\]\.nodePort)/;

describe('a patch that a real server applied gives what it stored', () => {
  const applied = all.filter(({ step }) => step.response.code === 200 && !/ignored|resize/.test(step.title));
  test('there are such', () => expect(applied.length).toBeGreaterThan(40));
  test.each(applied.map((each) => [each.step.title, each] as const))('%s', (_, each) => {
    const { value } = decode(definitionFor(each.current), apply(each));
    expect([...missing(value, each.step.response.body)].filter((path) => !ofTheServer.test(path) && !refilled.test(path))).toEqual([]);
  });
});

describe('a patch that a real server refused is refused with its code and words', () => {
  const refused = all.filter(({ step: { response } }) =>
    isObject(response.body) && (
      response.code === 500 || /the server rejected|retainKeys|cannot unmarshal \w+ into Go value|Invalid JSON Patch/.test(String(response.body['message']))),
  );
  test('there are such', () => expect(refused.length).toBeGreaterThan(12));
  test.each(refused.map((each) => [each.step.title, each] as const))('%s', (_, each) => {
    let outcome: unknown;
    try { outcome = apply(each); } catch (error) { outcome = error; }
    expect(outcome).toBeInstanceOf(PatchError);
    expect(outcome).toMatchObject({ code: each.step.response.code, message: messageOf(each.step) });
  });
});
