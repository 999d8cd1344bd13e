import { describe, expect } from 'vitest';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import { milliValue } from '../../../src/lib/quantity';
import type { Pod } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance, type Framework } from '../framework';
import { isUnschedulable, onlyOn, pausePod, podOf, runPod, workers } from './support';

const create = ({ api, namespace }: Framework, pod: ReturnType<typeof pausePod>): Pod => api.create(Pods, { ...pod, metadata: { ...pod.metadata, namespace } });
const staysPending = (framework: Framework, name: string): void => {
  framework.until(`${name} is unschedulable`, () => isUnschedulable(podOf(framework, name)));
  framework.stays(`${name} has no node`, () => !podOf(framework, name)?.spec.nodeName);
};

describe('predicates', () => {
  behaviour('scheduling-003', () => {
    const framework = startConformance();
    const { api } = framework;
    const nodes = workers(framework);
    for (const { metadata: { name } } of nodes) api.patch(Nodes, { name }, { metadata: { labels: { node: name } } });
    const fillers = nodes.map(({ metadata: { name }, status }, i) => {
      const used = api.list(Pods).items.filter(({ spec }) => spec.nodeName === name).flatMap(({ spec }) => spec.containers)
        .reduce((sum, { resources }) => sum + milliValue(resources?.requests?.['cpu'] ?? '0'), 0);
      const free = milliValue(status?.allocatable?.['cpu'] ?? '0') - used;
      return { free, name: `filler-pod-${i}`, on: name };
    });
    for (const { free, name, on } of fillers) runPod(framework, pausePod(name, { cpu: `${Math.floor(free * 0.7)}m` }, onlyOn(on)));
    const most = Math.max(...fillers.map(({ free }) => free));
    create(framework, pausePod('additional-pod', { cpu: `${Math.floor(most * 0.5)}m` }));
    staysPending(framework, 'additional-pod');
  });

  behaviour('scheduling-005', () => {
    const framework = startConformance();
    create(framework, pausePod('restricted-pod', {}, { nodeSelector: { label: 'nonempty' } }));
    staysPending(framework, 'restricted-pod');
  });

  behaviour('scheduling-004', () => {
    const framework = startConformance();
    const [node] = workers(framework);
    if (!node) throw new Error('there is no node');
    const label = { 'kubernetes.io/e2e-any': '42' };
    framework.api.patch(Nodes, { name: node.metadata.name }, { metadata: { labels: label } });
    expect(runPod(framework, pausePod('with-labels', {}, { nodeSelector: label })).spec.nodeName).toBe(node.metadata.name);
  });

  behaviour('scheduling-006', () => {
    const framework = startConformance();
    const [node] = workers(framework);
    if (!node) throw new Error('there is no node');
    const withPort = (name: string, hostIP?: string) => {
      const { metadata, spec } = pausePod(name, {}, onlyOn(node.metadata.name));
      const ports = [{ containerPort: 8080, hostPort: 54322, protocol: 'TCP', ...(hostIP && { hostIP }) }];
      return { metadata, spec: { ...spec, containers: spec.containers.map((each) => ({ ...each, ports })) } };
    };
    runPod(framework, withPort('pod4'));
    create(framework, withPort('pod5', '127.0.0.1'));
    staysPending(framework, 'pod5');
  });
});
