import { badRequest, internalError, StatusError, type Reason } from '../../../api/status';
import { isList, isObject, type JsonObject } from '../../../lib/json';
import type { MutatingWebhook, Status, ValidatingWebhook } from '../../../schema/types';
import type { WebhookCaller } from '../../webhooks/caller';
import { admissionRequest, type Seen } from './seen';
import { withManagedFields } from '../../ownership/show';
import type { KubeObject } from '../../../api/types';

export type AnyWebhook = ValidatingWebhook | MutatingWebhook;

/** What a webhook said, checked. */
export type Verdict = {
  readonly allowed: boolean;
  readonly result: Partial<Status>;
  readonly warnings: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The operations of its JSON patch. */
  readonly patch: readonly unknown[] | undefined;
};

/** A webhook that could not be asked, or said nothing of use. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  constructor(webhook: string, why: string) { super(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`); }
  /** As the client is told with failurePolicy Fail. */
  get status(): StatusError { return internalError(this.message); }
}

/** Asks one webhook. @throws CallFailure; throws BadRequest for a dry run that the webhook cannot do. */
export function ask(webhook: AnyWebhook, seen: Seen, uid: string, call: WebhookCaller, mayPatch: boolean): Verdict {
  const { name, sideEffects, clientConfig, timeoutSeconds = 10 } = webhook;
  if (seen.attributes.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  const version = webhook.admissionReviewVersions.find((each) => each === 'v1' || each === 'v1beta1') ?? 'v1';
  const answer = call(clientConfig, review(seen, uid, version), timeoutSeconds);
  if ('failure' in answer) throw new CallFailure(name, `failed to call webhook: ${answer.failure}`);
  const verdict = read(answer.body, uid, version, mayPatch);
  if (typeof verdict === 'string') throw new CallFailure(name, `received invalid webhook response: ${verdict}`);
  return verdict;
}

function review(seen: Seen, uid: string, version: string): JsonObject {
  const { object, oldObject, attributes: { kinds } } = seen;
  const shown = (each: KubeObject | undefined): KubeObject | null => (each ? withManagedFields(kinds, each) : null);
  return { kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request: { uid, ...admissionRequest(seen), object: shown(object), oldObject: shown(oldObject) } };
}

/** The verdict in an AdmissionReview, or what is wrong with it. */
function read(body: unknown, uid: string, version: string, mayPatch: boolean): Verdict | string {
  const apiVersion = `admission.k8s.io/${version}`;
  const { response, ...said }: JsonObject = isObject(body) ? body : {};
  if (said['kind'] !== 'AdmissionReview'
    || said['apiVersion'] !== apiVersion) return `expected webhook response of ${apiVersion}, Kind=AdmissionReview, got ${String(said['apiVersion'] ?? '')}, Kind=${String(said['kind'] ?? '')}`;
  if (!isObject(response)) return 'webhook response was absent';
  if (version === 'v1' && response['uid'] !== uid) return `expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response['uid'] ?? '')}`;
  const patch = patchOf(response, version, mayPatch);
  if (typeof patch === 'string') return patch;
  const { allowed, status, result = status, warnings, auditAnnotations } = response;
  return {
    allowed: allowed === true, patch, result: isObject(result) ? result : {},
    warnings: isList(warnings) ? warnings.map(String) : [],
    annotations: isObject(auditAnnotations) ? Object.fromEntries(Object.entries(auditAnnotations).map(([key, value]) => [key, String(value)])) : {},
  };
}

function patchOf({ patch, patchType }: JsonObject, version: string, mayPatch: boolean): readonly unknown[] | undefined | string {
  const hasPatch = typeof patch === 'string' && patch !== '';
  if (!mayPatch) {
    if (version === 'v1' && hasPatch) return 'validating webhook may not return response.patch';
    return version === 'v1' && patchType ? 'validating webhook may not return response.patchType' : undefined;
  }
  if (version === 'v1' && hasPatch && !patchType) return 'webhook returned response.patch but not response.patchType';
  if (version === 'v1' && !hasPatch && patchType) return 'webhook returned response.patchType but not response.patch';
  if (!hasPatch) return undefined;
  if (patchType !== undefined && patchType !== 'JSONPatch') return `invalid value of response.patchType: ${String(patchType)}`;
  return operations(patch);
}

function operations(patch: string): readonly unknown[] | undefined | string {
  try {
    const bytes = Uint8Array.from(atob(patch), (char) => char.charCodeAt(0));
    const list = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    return isList(list) ? list : 'response.patch is no list of operations';
  } catch { return 'response.patch is no base64 of a JSON patch'; }
}

/** A refusal in the webhook's own words. */
export function denial(webhook: string, { reason = '', message = '', details, code = 0 }: Partial<Status>): StatusError {
  const by = `admission webhook ${JSON.stringify(webhook)} denied the request`;
  const text = message ? `${by}: ${message}` : reason ? `${by}: ${reason}` : `${by} without explanation`;
  return StatusError.from({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: text, reason: reason as Reason, ...(details && { details }), code: code < 400 ? 400 : code });
}
