import { expect } from 'vitest';
import { clusterAdmin } from '../../../src/cluster';
import { Pods } from '../../../src/kinds/core/pod';
import type { Container, Pod, Volume } from '../../../src/schema/types';
import { startConformance, type Framework } from '../framework';

export type PodPlan = {
  readonly name?: string;
  readonly volumes: readonly Volume[];
  /** What the container's shell does. */
  readonly script: string;
  readonly mounts: Container['volumeMounts'];
  readonly container?: Partial<Container>;
  readonly metadata?: Partial<Pick<Pod['metadata'], 'labels' | 'annotations'>>;
};

export type StorageTest = Framework & {
  run(plan: PodPlan): void;
  log(pod?: string): string;
  /** Runs a pod to its end; what it printed, without the end of the last line. */
  output(plan: PodPlan): string;
  /** Waits until a pod has printed a text. */
  prints(text: string, pod?: string): void;
};

const defaultName = 'pod-under-test';

/** A cluster for tests of what containers find in volumes. */
export function startStorage(): StorageTest {
  const framework = startConformance();
  const { cluster, api, namespace, until } = framework;
  const log = (name = defaultName): string => {
    let text = '';
    cluster.server.connect({ resource: 'pods', subresource: 'log', namespace, name, container: 'main', user: clusterAdmin }).subscribe({
      next: (frame) => { if ('text' in frame) text += frame.text; },
      error: () => {},   // a pod that has not started has no log yet
    });
    return text;
  };
  const run = ({ name = defaultName, volumes, script, mounts, container, metadata }: PodPlan): void => void api.create(Pods, {
    metadata: { name, namespace, ...metadata },
    spec: { restartPolicy: 'Never', volumes, containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', script], ...(mounts && { volumeMounts: mounts }), ...container }] },
  });
  const phase = (name: string) => api.get(Pods, { namespace, name }).status?.phase;
  return {
    ...framework, log, run,
    output(plan) {
      const { name = defaultName } = plan;
      run(plan);
      until('the pod is over', () => phase(name) === 'Succeeded' || phase(name) === 'Failed');
      expect(phase(name)).toBe('Succeeded');
      return log(name).trimEnd();
    },
    prints: (text, pod = defaultName) => void until(`it prints ${text}`, () => { try { return log(pod).includes(text); } catch { return false; } }),
  };
}
