import { forbiddenField, invalidValue, required } from '../api/status';
import { isQualifiedName, isValidLabelValue } from '../lib/names';
import { selectorOf, SelectorError } from '../lib/selectors';
import type { LabelSelector, LabelSelectorRequirement } from '../schema/types';
import { labelsRules } from './object-meta';
import { named, type Errors } from './rule-parts';

/** A label selector's keys, operators and values. */
export function* labelSelectorRules(selector: LabelSelector, at: string): Errors {
  yield* labelsRules(selector.matchLabels, `${at}.matchLabels`);
  for (const [i, requirement] of (selector.matchExpressions ?? []).entries()) yield* requirementRules(requirement, `${at}.matchExpressions[${i}]`);
}

function* requirementRules({ key, operator, values = [] }: LabelSelectorRequirement, at: string): Errors {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) yield required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) yield forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    yield invalidValue(`${at}.operator`, operator, 'not a valid selector operator');
  }
  yield* named(isQualifiedName, `${at}.key`, key);
  for (const [i, value] of values.entries()) yield* named(isValidLabelValue, `${at}.values[${i}]`, value);
}

/** Whether the selector can be used at all. */
export function isUsable(selector: LabelSelector | undefined): boolean {
  try {
    selectorOf(selector);
    return true;
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

export const isEmptySelector = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
  Object.keys(matchLabels ?? {}).length + (matchExpressions?.length ?? 0) === 0;
