import { duplicate, forbiddenField, invalidValue, notSupported, required, type FieldError } from '../../api/status';
import { isQualifiedName, isValidLabelValue } from '../../lib/names';
import type { Node, Taint } from '../../schema/types';
import type { RuleContext } from '../define';
import { named } from '../rule-parts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Taints, and what of a node's spec may not change. */
export function* nodeRules({ spec }: Node, { previous }: RuleContext<Node>): Iterable<FieldError> {
  yield* taintsRules(spec.taints ?? [], 'spec.taints');
  if (!previous) return;
  const before = previous.spec;
  if (before.podCIDR && before.podCIDR !== spec.podCIDR) yield forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid');
  if (before.providerID && before.providerID !== spec.providerID)
    yield forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid');
}

function* taintsRules(taints: readonly Taint[], field: string): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = `${field}[${i}]`;
    yield* named(isQualifiedName, `${at}.key`, taint.key);
    for (const message of isValidLabelValue(taint.value ?? '')) yield invalidValue(`${at}.value`, taint.value ?? '', message);
    if (!taint.effect) yield required(`${at}.effect`);
    else if (!effects.includes(taint.effect)) yield notSupported(`${at}.effect`, taint.effect, effects);
    const identity = `${taint.key}:${taint.effect}`;
    if (seen.has(identity)) yield { ...duplicate(at, taint), detail: 'taints must be unique by key and effect pair' };
    seen.add(identity);
  }
}
