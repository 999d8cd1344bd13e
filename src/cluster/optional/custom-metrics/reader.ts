import { keyOf } from '../../../api/keys';
import { ConfigMaps } from '../../../kinds/core/configmap';
import { defineController } from '../../../runtime/controller';
import { externalMetrics } from './adapter';
import { parseExposition } from './exposition';

/** Tells in events which lines of the metrics from outside cannot be read. */
export const externalMetricsReader = defineController({
  name: 'metrics-adapter',
  for: ConfigMaps,
  reconcile(key, context) {
    const map = context.informer(ConfigMaps).get(key);
    if (!map || keyOf(map) !== `${externalMetrics.namespace}/${externalMetrics.name}`) return;
    for (const message of parseExposition(map.data?.[externalMetrics.field] ?? '').problems) context.event({ object: map, type: 'Warning', reason: 'InvalidMetric', message });
  },
});
