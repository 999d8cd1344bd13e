import { Pods } from '../../../src/kinds/core/pod';
import type { Container, Pod } from '../../../src/schema/types';
import type { Framework } from '../framework';

export const webImage = 'nginx:1.27';
export const otherImage = 'nginx:1.28';

/** A pod template of one web server. */
export const webTemplate = (labels: Readonly<Record<string, string>>, image = webImage, more: Partial<Container> = {}) =>
  ({ metadata: { labels }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'httpd', image, ...more }] } });

/** The pods with a label, those being deleted left out. */
export const podsWith = ({ api, namespace }: Framework, labelSelector: string): readonly Pod[] =>
  api.list(Pods, namespace, { labelSelector }).items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);

export const isReady = ({ status }: Pod): boolean => status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;

/** What a GET of a pod's own port answers to another node's processes. */
export function answerOf({ cluster, until }: Framework, pod: Pod | undefined, port: number, path = '/'): string {
  const bodies: string[] = [];
  const request = { kind: 'http', request: { method: 'GET', path, headers: {}, body: '' } } as const;
  cluster.network.connect({ ip: '172.18.0.2', node: 'control-plane', name: 'e2e' }, pod?.status?.podIP ?? '', port, request).subscribe((answer) => {
    bodies.push('reply' in answer && answer.reply.kind === 'http' ? answer.reply.response.body : JSON.stringify(answer));
  });
  return until('it answers', () => bodies[0]);
}
