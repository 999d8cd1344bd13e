import { createThreeWayMergePatch } from '../../lib/patches/strategic-diff';
import { applyStrategicMergePatch } from '../../lib/patches/strategic-merge-patch';
import type { KubeObject } from '../../api/types';
import { toJson } from '../printers/json';
import { mergeFactsOf } from '../resources';
import type { Intended } from '../targets';
import { recordAt, textAt, withAt, isRecord, type JsonRecord } from '../values';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** What was last applied, as text; undefined when nothing was. */
export const lastApplied = (object: KubeObject): string | undefined => object.metadata.annotations?.[annotation];

/** The manifest with itself written down in an annotation, so that the next apply knows what it once held. */
export function withLastApplied(object: JsonRecord): JsonRecord {
  const { [annotation]: _, ...annotations } = recordAt(object, 'metadata', 'annotations');
  const plain = withAt(object, ['metadata', 'annotations'], annotations);
  return withAt(object, ['metadata', 'annotations'], { ...annotations, [annotation]: `${toJson(plain)}\n` });
}

/** What has to change so that `live` is as the manifest says, and what would come out. Empty when nothing has to. */
export function patchFor({ object, mapping }: Intended, live: KubeObject): { readonly patch: JsonRecord; result(): JsonRecord } {
  const facts = mergeFactsOf(mapping);
  const original = originalOf(live);
  const { creationTimestamp: _, ...metadata } = recordAt(withLastApplied(object), 'metadata');
  const modified = { ...withLastApplied(object), metadata };
  const patch = createThreeWayMergePatch(original, modified, live, facts);
  return { patch, result: () => applyStrategicMergePatch(live, patch, facts) };
}

function originalOf(live: KubeObject): JsonRecord {
  const text = textAt(live, 'metadata', 'annotations', annotation);
  if (!text) return {};
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}
