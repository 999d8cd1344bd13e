import type { AutoscalingV2HorizontalPodAutoscaler, HPAScalingRules } from '../../schema/types';
import { defineKind } from '../define';
import { change, fill, set } from '../sharing';
import { autoscalerRules } from './horizontalpodautoscaler-rules';

const everyQuarterMinute = { periodSeconds: 15 };
/** As fast as doubling or four pods, whichever is more; down without limit but for the window. */
const scaleUp: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, ...everyQuarterMinute },
    { type: 'Percent', value: 100, ...everyQuarterMinute },
  ],
};
const scaleDown: HPAScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, ...everyQuarterMinute }] };
const defaultMetrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];

export const HorizontalPodAutoscalers = defineKind<AutoscalingV2HorizontalPodAutoscaler>('horizontalpodautoscalers.autoscaling', {
  defaults: (object) =>
    change(object, 'spec', (given) => {
      const spec = fill(given, { minReplicas: 1, ...(!given.metrics?.length && { metrics: defaultMetrics }) });
      return change(spec, 'behavior', (behavior) =>
        set(set(behavior, 'scaleUp', fill(behavior.scaleUp ?? {}, scaleUp)), 'scaleDown', fill(behavior.scaleDown ?? {}, scaleDown)),
      );
    }),
  rules: autoscalerRules,
});
