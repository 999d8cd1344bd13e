import { milliValue } from '../../lib/quantity';
import type { Pod } from '../../schema/types';
import { NoProposal } from './replicas';

/** What a pod, or one container of it, asks for of a resource, in thousandths. The pod's own request comes before those of its containers. @throws NoProposal when a container asks for nothing */
export function podRequestOf({ metadata, spec }: Pod, resource: string, container: string | undefined): number {
  const whole = spec.resources?.requests?.[resource];
  if (container === undefined && whole !== undefined) return milliValue(whole);
  let sum = 0;
  for (const { name, resources } of [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')]) {
    if (container !== undefined && container !== name) continue;
    const request = resources?.requests?.[resource];
    if (request === undefined) throw new NoProposal(`missing request for ${resource} in container ${name} of Pod ${metadata.name}`);
    sum += milliValue(request);
  }
  return sum;
}
