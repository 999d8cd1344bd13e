import type { LimitRange, LimitRangeItem } from '../../schema/types';
import { defineKind } from '../define';
import { change, mapItems } from '../sharing';
import { limitRangeRules } from './limitrange-rules';

/** For containers: a default limit is the maximum, a default request the default limit, or else the minimum. */
function itemDefaults(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  const differs =
    Object.keys(limits).length !== Object.keys(item.default ?? {}).length || Object.keys(requests).length !== Object.keys(item.defaultRequest ?? {}).length;
  return differs ? { ...item, default: limits, defaultRequest: requests } : item;
}

export const LimitRanges = defineKind<LimitRange>('limitranges', {
  defaults: (object) => change(object, 'spec', (spec) => change(spec, 'limits', (limits) => mapItems(limits, itemDefaults))),
  rules: limitRangeRules,
});
