import { autoscalers } from './autoscaler';
import { disruptions } from './disruption';
import { servicesAndTheirPods } from './endpoints';
import { playAll } from './framework';
import { collections } from './garbage-collector';
import { namespaces } from './namespace';
import { quotas } from './quota';

for (const each of [autoscalers, disruptions, servicesAndTheirPods, collections, namespaces, quotas]) playAll(each);
