import type { PodView } from './pod-view';

/** A thing to try: what it is called, and its command; none when what it needs is not there. */
export type Try = { readonly title: string; readonly command: (web: readonly PodView[]) => string | undefined };

/** The pods of the Deployment that the page opens with. */
export const webPods = (pods: readonly PodView[]): readonly PodView[] => pods.filter(({ owner, pod }) => owner?.name === 'web' && pod.metadata.namespace === 'default');

/** The first by name that serves. */
function readyPod(web: readonly PodView[]): string | undefined {
  let first: string | undefined;
  for (const { condition, pod: { metadata: { name } } } of web) if (condition.state === 'ready' && (first === undefined || name < first)) first = name;
  return first;
}
const onWeb = (line: string) => (web: readonly PodView[]): string | undefined => (web.length > 0 ? line : undefined);

export const tries: readonly Try[] = [
  { title: 'Delete a pod', command: (web) => { const name = readyPod(web); return name && `kubectl delete pod ${name}`; } },
  { title: 'Scale to 6', command: onWeb('kubectl scale deployment/web --replicas=6') },
  { title: 'Roll out v2', command: onWeb('kubectl set image deployment/web nginx=nginx:1.29') },
  { title: 'Break the readiness probe', command: (web) => { const name = readyPod(web); return name && `kubectl exec ${name} -- rm /usr/share/nginx/html/index.html`; } },
];
