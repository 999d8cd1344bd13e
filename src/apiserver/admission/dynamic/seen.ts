import type { KubeObject } from '../../../api/types';
import type { Kind } from '../../../kinds/define';
import type { JsonObject } from '../../../lib/json';
import type { Attributes, Posted } from '../types';

/** A request as a policy or a webhook sees it: its objects in the version that was matched. */
export type Seen = {
  readonly attributes: Attributes;
  readonly kind: Kind;
  /** Absent on a delete. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
};

/** An object in another version of its resource. */
export function converted(object: KubeObject, from: Kind, to: Kind): KubeObject {
  if (from === to) return object;
  const stored = from.stored?.toStored(object) ?? object;
  return to.stored?.fromStored(stored) ?? { ...stored, apiVersion: to.apiVersion, kind: to.kind };
}

export function seenAs(kind: Kind, attributes: Attributes): Seen {
  const { operation, object, previous, kind: own } = attributes;
  const convert = (each: KubeObject | undefined): KubeObject | undefined => each && converted(each, own, kind);
  return { attributes, kind, object: operation === 'delete' ? undefined : convert(object), oldObject: operation === 'create' ? undefined : convert(previous) };
}

/** The AdmissionRequest, without its uid and objects: what expressions know as `request`, and the beginning of what a webhook is sent. */
export function admissionRequest({ attributes, kind }: Seen): JsonObject {
  const { kind: own, posted, subresource, name, namespace, operation, user, dryRun } = attributes;
  return {
    kind: gvk(posted ?? kind), resource: gvr(kind), ...(subresource && { subResource: subresource }),
    requestKind: gvk(posted ?? own), requestResource: gvr(own), ...(subresource && { requestSubResource: subresource }),
    name, ...(namespace !== undefined && { namespace }), operation: operation.toUpperCase(),
    userInfo: { username: user.name, groups: user.groups, ...(user.extra && { extra: user.extra }) },
    ...optionsAndDryRun(attributes, dryRun),
  };
}

const optionsAndDryRun = ({ options }: Attributes, dryRun: boolean): JsonObject => ({ dryRun, options: options() });
const gvk = ({ group, version, kind }: Posted): JsonObject => ({ group, version, kind });
const gvr = ({ group, version, facts }: Kind): JsonObject => ({ group, version, resource: facts.plural });
