import { forbidden } from '../../../api/status';
import type { KubeObject } from '../../../api/types';
import type { Attributes } from '../types';
import { conditionsMatch } from './match-conditions';
import { matchedKind } from './matching';
import { seenAs, type Seen } from './seen';
import type { AnyWebhook } from './webhook-review';
import { worldOf } from './world';

type Configuration<W extends AnyWebhook> = KubeObject & { readonly webhooks?: readonly W[] };
export type Concerned<W extends AnyWebhook> = { readonly id: string; readonly webhook: W; readonly seen: Seen };

const adminGroup = 'admissionregistration.k8s.io';

/** The webhooks that this request concerns, in the order of their configurations' names. None concern policies and webhook configurations themselves. */
export function* concerned<W extends AnyWebhook>(configurations: readonly Configuration<W>[], attributes: () => Attributes): Iterable<Concerned<W>> {
  for (const { metadata, webhooks = [] } of configurations) {
    for (const webhook of webhooks) {
      const seen = concern(webhook, attributes());
      if (seen) yield { id: `${metadata.name}/${webhook.name}`, webhook, seen };
    }
  }
}

export const isExempt = ({ kind: { group } }: Attributes): boolean => group === adminGroup;

/** Throws Forbidden when a condition fails and the webhook must not be left out. */
function concern(webhook: AnyWebhook, attributes: Attributes): Seen | undefined {
  const { rules = [], matchPolicy, namespaceSelector, objectSelector, matchConditions, failurePolicy } = webhook;
  const kind = matchedKind({ rules, matchPolicy, namespaceSelector, objectSelector }, attributes);
  if (!kind) return undefined;
  const seen = seenAs(kind, attributes);
  if (!matchConditions?.length) return seen;
  const conditions = conditionsMatch(matchConditions, worldOf(seen));
  if ('matches' in conditions) return conditions.matches ? seen : undefined;
  if (failurePolicy === 'Ignore') return undefined;
  throw forbidden(attributes.kind, attributes.name, conditions.error);
}
