import type { PodView } from './pod-view';

/** A thing to try: what it is called, and its command; none when what it needs is not there. */
export type Try = { readonly title: string; readonly command: (pods: readonly PodView[]) => string | undefined };

const web = (pods: readonly PodView[]): readonly PodView[] =>
  pods.filter(({ owner, pod }) => owner?.name === 'web' && pod.metadata.namespace === 'default').toSorted((a, b) => a.pod.metadata.name.localeCompare(b.pod.metadata.name));
const readyPod = (pods: readonly PodView[]): string | undefined => web(pods).find(({ condition }) => condition.state === 'ready')?.pod.metadata.name;
const onWeb = (line: string) => (pods: readonly PodView[]): string | undefined => (web(pods).length > 0 ? line : undefined);

export const tries: readonly Try[] = [
  { title: 'Delete a pod', command: (pods) => { const name = readyPod(pods); return name && `kubectl delete pod ${name}`; } },
  { title: 'Scale to 6', command: onWeb('kubectl scale deployment/web --replicas=6') },
  { title: 'Roll out v2', command: onWeb('kubectl set image deployment/web nginx=nginx:1.29') },
  { title: 'Break the readiness probe', command: (pods) => { const name = readyPod(pods); return name && `kubectl exec ${name} -- rm /usr/share/nginx/html/index.html`; } },
];
