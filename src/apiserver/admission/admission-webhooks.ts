import { internalError } from '../../api/status';
import type { KubeObject } from '../../api/types';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../../kinds/admissionregistration/webhook-configurations';
import { isObject, type JsonObject } from '../../lib/json';
import { applyJsonPatch } from '../../lib/patches/json-patch';
import { PatchError } from '../../lib/patches/patch-error';
import { DecodeError } from '../../schema/decode';
import type { MutatingWebhook } from '../../schema/types';
import type { Random } from '../../sim/random';
import type { WebhookCaller } from '../webhooks/caller';
import { Registered } from './dynamic/registered';
import { restored } from './dynamic/restored';
import { converted } from './dynamic/seen';
import { concerned, isExempt, type Concerned } from './dynamic/webhook-hooks';
import { ask, CallFailure, denial, type AnyWebhook, type Verdict } from './dynamic/webhook-review';
import type { Admission, Attributes } from './types';

export type WebhookAccess = { readonly call: WebhookCaller; readonly uids: Random };

/** MutatingAdmissionWebhook: others change what is to be stored, one after another; each sees what the one before it made. */
export function mutatingWebhooks(access: WebhookAccess): Admission {
  const registered = new Registered(MutatingWebhookConfigurations);
  return {
    name: 'MutatingAdmissionWebhook',
    posts: 'all',
    mutate: (object, attributes, reinvocation) => {
      const configurations = registered.all(attributes.storage);
      if (configurations.length === 0 || isExempt(attributes)) return object;
      let current = object;
      reinvocation.resume(object);
      for (const each of concerned(configurations, () => ({ ...attributes, object: current }))) {
        if (!reinvocation.mayRun(each.id)) continue;
        const after = changed(each, current, attributes, access);
        reinvocation.ran(each.id, each.webhook.reinvocationPolicy === 'IfNeeded', current, after);
        current = after;
      }
      return current;
    },
    // What is deleted is not changed by anybody, but may be refused.
    validate: (attributes) => {
      if (attributes.operation === 'create' || attributes.operation === 'update') return;
      const configurations = registered.all(attributes.storage);
      if (configurations.length === 0 || isExempt(attributes)) return;
      for (const each of concerned(configurations, () => attributes)) verdictOf(each, access, true);
    },
  };
}

/** ValidatingAdmissionWebhook: others judge what is to be stored. All are asked; the first that refuses is heard. */
export function validatingWebhooks(access: WebhookAccess): Admission {
  const registered = new Registered(ValidatingWebhookConfigurations);
  return {
    name: 'ValidatingAdmissionWebhook',
    posts: 'all',
    validate: (attributes) => {
      const configurations = registered.all(attributes.storage);
      if (configurations.length === 0 || isExempt(attributes)) return;
      for (const each of concerned(configurations, () => attributes)) verdictOf(each, access, false);
    },
  };
}

/** What an allowing webhook said; undefined when it could not be asked and may be left out. Throws StatusError when it refuses. */
function verdictOf({ webhook, seen }: Concerned<AnyWebhook>, { call, uids }: WebhookAccess, mayPatch: boolean): Verdict | undefined {
  const { warnings, annotate } = seen.attributes;
  try {
    const verdict = ask(webhook, seen, uids.uuid(), call, mayPatch);
    warnings.push(...verdict.warnings);
    for (const [key, value] of Object.entries(verdict.annotations)) annotate?.(`${webhook.name}/${key}`, value);
    if (!verdict.allowed) throw denial(webhook.name, verdict.result);
    return verdict;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    if (webhook.failurePolicy === 'Ignore') return undefined;
    throw error.status;
  }
}

function changed(each: Concerned<MutatingWebhook>, object: KubeObject, attributes: Attributes, access: WebhookAccess): KubeObject {
  const verdict = verdictOf(each, access, true);
  if (!verdict?.patch?.length) return object;
  const { kind, object: sent } = each.seen;
  const before = sent ?? object;
  try {
    const made = restored(kind, asObject(applyJsonPatch({ ...before }, verdict.patch)), before);
    return made === before ? object : converted(made, kind, attributes.kind);
  } catch (error) {
    if (error instanceof PatchError || error instanceof DecodeError) throw internalError(error.message);
    throw error;
  }
}

function asObject(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw internalError('the patch leaves no object');
}
