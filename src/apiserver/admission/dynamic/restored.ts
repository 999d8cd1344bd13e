import { invalid } from '../../../api/status';
import type { KubeObject } from '../../../api/types';
import type { Kind } from '../../../kinds/define';
import { coerced } from '../../../kinds/custom-resources/coerce';
import { withDefaults } from '../../../kinds/custom-resources/defaults';
import { equal } from '../../../lib/equality';
import { isObject, type JsonObject } from '../../../lib/json';
import { decode } from '../../../schema/decode';

/**
 * What a policy or a webhook made of an object, as an object again: decoded, pruned, with defaults; the very same where nothing changed.
 * Throws Invalid when it became another object. @throws DecodeError
 */
export function restored(kind: Kind, made: JsonObject, before: KubeObject): KubeObject {
  const decoded = withoutUnknown(kind, made);
  const object = { ...decoded, apiVersion: kind.apiVersion, kind: kind.kind, metadata: metadataOf(decoded, before) } as KubeObject; // decoding has seen to its form
  const after = kind.defaults?.(object) ?? object;
  if (after.metadata.name !== before.metadata.name || after.metadata.namespace !== before.metadata.namespace) throw invalid(kind, before.metadata.name, []);
  return equal(after, before) ? before : after;
}

function withoutUnknown({ schema, definition }: Kind, made: JsonObject): JsonObject {
  if (schema) return withDefaults(coerced(made, schema.structural).value, schema.structural);
  return definition === undefined ? made : decode(definition, made).value;
}

/** Decoding adds zero values of Go; what only the server sets stays. */
function metadataOf({ metadata }: JsonObject, before: KubeObject): unknown {
  const { uid, creationTimestamp, resourceVersion } = before.metadata;
  return { ...(isObject(metadata) ? metadata : before.metadata), ...(uid !== undefined && { uid }), ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(resourceVersion !== undefined && { resourceVersion }) };
}
