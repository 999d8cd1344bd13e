import { controllerOf } from '../../api/keys';
import { Pods } from '../../kinds/core/pod';
import { defineController } from '../../runtime/controller';
import type { Pod } from '../../schema/types';
import { isTracked, release } from './pods';

const isStray = (pod: Pod): boolean => isTracked(pod) && controllerOf(pod) === undefined;

/** Lets go of pods that a job left behind when it was deleted and they were not: nobody will count them. */
export const orphanedJobPodController = defineController<Pod>({
  name: 'job-controller',
  for: Pods,
  concerns: isStray,
  reconcile(key, context) {
    const pod = context.informer(Pods).get(key);
    if (pod && isStray(pod)) release(pod, context);
  },
});
