import { describe, expect } from 'vitest';
import { ControllerRevisions } from '../../../src/kinds/apps/controllerrevision';
import { DaemonSets } from '../../../src/kinds/apps/daemonset';
import { Nodes } from '../../../src/kinds/core/node';
import { Pods } from '../../../src/kinds/core/pod';
import type { DaemonSet, Pod } from '../../../src/schema/types';
import { behaviour } from '../behaviours';
import { startConformance, type Framework } from '../framework';
import { isReady, otherImage, podsWith, webImage, webTemplate } from './support';

const name = 'daemon-set';
const labels = { 'daemonset-name': name };
const selector = `daemonset-name=${name}`;
const color = 'daemonset-color';

const create = ({ api, namespace }: Framework, podSpec: object = {}): DaemonSet => {
  const template = webTemplate(labels, webImage, { name: 'app' });
  return api.create(DaemonSets, { metadata: { name, namespace, labels }, spec: { selector: { matchLabels: labels }, template: { ...template, spec: { ...template.spec, ...podSpec } } } });
};
const current = ({ api, namespace }: Framework): DaemonSet => api.get(DaemonSets, { namespace, name });
/** The nodes a plain daemon can be on. */
const openNodes = ({ api }: Framework): readonly string[] => api.list(Nodes).items.filter(({ spec }) => !spec?.taints?.length).map(({ metadata }) => metadata.name).sort();
const runsOn = (framework: Framework, nodes: readonly string[]): readonly Pod[] => framework.until(`daemons run on ${nodes.join(', ') || 'no node'}`, () => {
  const pods = podsWith(framework, selector);
  return pods.every(isReady) && pods.map(({ spec }) => spec.nodeName).sort().join() === nodes.join() && pods;
});
const hasStatus = (framework: Framework, count: number): void => {
  framework.until('its status follows', () => {
    const { desiredNumberScheduled, currentNumberScheduled, numberReady } = current(framework).status ?? {};
    return desiredNumberScheduled === count && currentNumberScheduled === count && numberReady === count;
  });
};
const everywhere = (framework: Framework): readonly Pod[] => { const pods = runsOn(framework, openNodes(framework)); hasStatus(framework, pods.length); return pods; };
const imageOf = ({ spec }: Pod): string | undefined => spec.containers[0]?.image;
const setImage = ({ api, namespace }: Framework, image: string): DaemonSet => api.patch(DaemonSets, { namespace, name }, { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
const paint = ({ api }: Framework, node: string, value: string | null): void => { api.patch(Nodes, { name: node }, { metadata: { labels: { [color]: value } } }); };

describe('daemon sets', () => {
  behaviour('apps-007', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    create(framework);
    everywhere(framework);
    expect(api.list(DaemonSets, undefined, { labelSelector: selector }).items).toHaveLength(1);
    api.deleteCollection(DaemonSets, namespace, { labelSelector: selector });
    until('it is gone', () => api.list(DaemonSets, undefined, { labelSelector: selector }).items.length === 0);
  });

  behaviour('apps-008', () => {
    const framework = startConformance();
    const { api, until } = framework;
    create(framework);
    const [pod] = everywhere(framework);
    if (!pod) throw new Error('no pod');
    api.update(Pods, { ...pod, metadata: { ...pod.metadata, resourceVersion: '' }, status: { ...pod.status, phase: 'Failed' } }, 'status');
    until('the failed pod is gone', () => !podsWith(framework, selector).some(({ metadata }) => metadata.uid === pod.metadata.uid));
    everywhere(framework);
  });

  behaviour('apps-009', () => {
    const framework = startConformance();
    const { until } = framework;
    create(framework);
    everywhere(framework);
    setImage(framework, 'foo:non-existent');
    until('the rollout is under way', () => podsWith(framework, selector).some((pod) => imageOf(pod) === 'foo:non-existent'));
    const untouched = podsWith(framework, selector).filter((pod) => imageOf(pod) === webImage).map(({ metadata }) => metadata.name);
    expect(untouched.length).toBeGreaterThan(0);
    setImage(framework, webImage);
    const names = until('the rollback is complete', () => {
      const pods = podsWith(framework, selector);
      return pods.length === openNodes(framework).length && pods.every((pod) => isReady(pod) && imageOf(pod) === webImage) && pods.map(({ metadata }) => metadata.name);
    });
    expect(names).toEqual(expect.arrayContaining(untouched));
  });

  behaviour('apps-010', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    const [node = ''] = openNodes(framework);
    create(framework, { nodeSelector: { [color]: 'blue' } });
    runsOn(framework, []);
    paint(framework, node, 'blue');
    runsOn(framework, [node]);
    hasStatus(framework, 1);
    paint(framework, node, 'green');
    runsOn(framework, []);
    api.patch(DaemonSets, { namespace, name }, { spec: { template: { spec: { nodeSelector: { [color]: 'green' } } }, updateStrategy: { type: 'RollingUpdate' } } });
    runsOn(framework, [node]);
    hasStatus(framework, 1);
  });

  behaviour('apps-011', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    create(framework);
    const [pod] = everywhere(framework);
    if (!pod) throw new Error('no pod');
    api.delete(Pods, { namespace, name: pod.metadata.name });
    until('it is gone', () => !podsWith(framework, selector).some(({ metadata }) => metadata.uid === pod.metadata.uid));
    everywhere(framework);
  });

  behaviour('apps-012', () => {
    const framework = startConformance();
    const { api, namespace, until } = framework;
    create(framework);
    everywhere(framework);
    const revisions = () => api.list(ControllerRevisions, namespace, { labelSelector: selector }).items.toSorted((a, b) => a.revision - b.revision);
    const hashes = () => new Set(podsWith(framework, selector).map(({ metadata }) => metadata.labels?.['controller-revision-hash']));
    expect(revisions().map(({ revision }) => revision)).toEqual([1]);
    expect([...hashes()]).toEqual([revisions()[0]?.metadata.labels?.['controller-revision-hash']]);
    setImage(framework, otherImage);
    until('all pods are new', () => {
      const pods = podsWith(framework, selector);
      expect(pods.filter(isReady).length).toBeGreaterThanOrEqual(openNodes(framework).length - 1);
      return pods.length === openNodes(framework).length && pods.every((pod) => isReady(pod) && imageOf(pod) === otherImage);
    });
    everywhere(framework);
    expect(revisions().map(({ revision }) => revision)).toEqual([1, 2]);
    expect([...hashes()]).toEqual([revisions()[1]?.metadata.labels?.['controller-revision-hash']]);
  });

  behaviour('apps-013', () => {
    const framework = startConformance();
    const { api, namespace } = framework;
    create(framework);
    everywhere(framework);
    expect(api.get(DaemonSets, { namespace, name }, 'status').metadata.uid).toBe(current(framework).metadata.uid);
    const condition = { type: 'StatusUpdate', status: 'True', reason: 'E2E', message: 'Set from e2e test' } as const;
    const { status, ...fresh } = current(framework);
    if (!status) throw new Error('no status');
    const updated = api.update(DaemonSets, { ...fresh, status: { ...status, conditions: [condition] } }, 'status');
    expect(updated.status?.conditions).toEqual([expect.objectContaining(condition)]);
    const patched = api.patch(DaemonSets, { namespace, name }, { status: { conditions: [{ type: 'StatusPatched', status: 'True' }] } }, 'merge', 'status');
    expect(patched.status?.conditions?.map(({ type }) => type)).toEqual(['StatusPatched']);
  });
});
