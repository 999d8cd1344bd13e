import type { Scenarios } from './framework';
import { configMap, deployment, job, namespace, within } from './manifests';
import { apply, patchIn, remove, settle, wait } from './steps';

const team = (manifest: ReturnType<typeof job>) => apply(within('team', manifest));

export const namespaces: Scenarios = { controllers: ['namespace-controller'], scenarios: [
  { name: 'a namespace goes with all that is in it',
    steps: [apply(namespace('team')), team(deployment(3)), team(configMap('a')), team(job(['600', '0'])), settle, remove('namespaces', 'team')], end: [] },
  { name: 'a namespace goes while things come up', steps: [apply(namespace('team')), team(deployment(3)), wait(0.5), remove('namespaces', 'team')], end: [] },
  { name: 'an empty namespace goes', steps: [apply(namespace('team')), wait(1), remove('namespaces', 'team')], end: [] },
  { name: 'a namespace waits for what somebody holds',
    steps: [apply(namespace('team')), team(configMap('held', ['example.com/hold'])), team(configMap('a')), settle, remove('namespaces', 'team'), wait(120),
      patchIn('team', 'configmaps', 'held', { metadata: { finalizers: null } })], end: [] },
] };
