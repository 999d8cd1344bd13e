import { StatusError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { convertNone, type Convert } from '../../kinds/custom-resources/kinds';
import { isObject, type JsonObject } from '../../lib/json';
import type { CustomResourceDefinition, ObjectMeta, WebhookConversion } from '../../schema/types';
import type { ServerContext } from '../context';

/** How long a conversion webhook may take. */
const timeoutSeconds = 30;

/** How objects of a definition become those of another version. */
export function converterOf(context: ServerContext, { spec: { conversion } }: CustomResourceDefinition): Convert {
  const webhook = conversion?.webhook;
  return conversion?.strategy === 'Webhook' && webhook ? throughWebhook(context, webhook) : convertNone;
}

const throughWebhook = (context: ServerContext, { clientConfig = {}, conversionReviewVersions }: WebhookConversion): Convert => (object, apiVersion) => {
  if (object.apiVersion === apiVersion) return object;
  const fail = (why: string): StatusError => new StatusError('', `conversion webhook for ${object.apiVersion}, Kind=${object.kind} failed: ${why}`);
  const version = conversionReviewVersions.find((each) => each === 'v1' || each === 'v1beta1') ?? 'v1';
  const uid = context.uids.uuid();
  const review = {
    kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${version}`, request: { uid, desiredAPIVersion: apiVersion, objects: [object] },
  };
  const answer = context.webhooks(clientConfig, review, timeoutSeconds);
  if ('failure' in answer) throw fail(answer.failure);
  return checked(object, apiVersion, responseOf(answer.body, uid, fail), fail);
};

type Fail = (why: string) => StatusError;

/** The one converted object in a review. Throws when the webhook says that it failed, or says nothing of use. */
function responseOf(body: unknown, uid: string, fail: Fail): JsonObject {
  const response = isObject(body) ? body['response'] : undefined;
  if (!isObject(response)) throw fail('invalid response');
  if (response['uid'] !== uid) throw fail(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`);
  const { result, convertedObjects } = response;
  const { status, message }: { readonly status?: unknown; readonly message?: unknown } = isObject(result) ? result : {};
  if (status !== 'Success')
    throw fail(typeof message === 'string' && message ? message : `expected response.result.status to be 'Success', got ${JSON.stringify(status ?? '')}`);
  const objects: readonly unknown[] = Array.isArray(convertedObjects) ? convertedObjects : [];
  if (objects.length !== 1) throw fail(`webhook returned ${objects.length} objects, expected 1`);
  const [object] = objects;
  if (!isObject(object)) throw fail('invalid converted object at index 0: not an object');
  return object;
}

/** A webhook may change everything but who the object is: of its metadata only labels and annotations are taken. */
function checked(object: KubeObject, apiVersion: string, converted: JsonObject, fail: Fail): KubeObject {
  if (converted['apiVersion'] !== apiVersion)
    throw fail(`invalid converted object at index 0: invalid groupVersion (wanted ${apiVersion}, got ${String(converted['apiVersion'])})`);
  if (converted['kind'] !== object.kind)
    throw fail(`invalid converted object at index 0: invalid kind (wanted ${object.kind}, got ${String(converted['kind'])})`);
  const { metadata, ...rest } = converted;
  const given: Partial<ObjectMeta> = isObject(metadata) ? metadata : {};
  if (given.name !== object.metadata.name) throw fail(`invalid metadata in converted object: name changed from ${object.metadata.name} to ${given.name ?? ''}`);
  if (given.uid !== object.metadata.uid) throw fail(`invalid metadata in converted object: uid changed from ${object.metadata.uid} to ${given.uid ?? ''}`);
  const { labels: _labels, annotations: _annotations, ...kept } = object.metadata;
  return {
    ...rest, apiVersion, kind: object.kind,
    metadata: { ...kept, ...(given.labels && { labels: given.labels }), ...(given.annotations && { annotations: given.annotations }) },
  };
}
