import type { KubeObject } from '../../src/api/types';
import type { ServedKinds } from './kinds';

type Named = { readonly name: string; readonly namespace?: string | undefined };

/** `-n x` where kubectl would look elsewhere. */
const inNamespace = ({ namespace }: Named): string => (namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`);

/** The kubectl commands behind the page's buttons, in the words of what is served. */
export const commandsOf = (kinds: ServedKinds) => ({
  get: (resource: string, at: Named) => `kubectl get ${kinds.commandName(resource)} ${at.name}${inNamespace(at)} -o yaml`,
  describe: (resource: string, at: Named) => `kubectl describe ${kinds.commandName(resource)} ${at.name}${inNamespace(at)}`,
  edit: (resource: string, at: Named) => `kubectl edit ${kinds.commandName(resource)} ${at.name}${inNamespace(at)}`,
  delete: (resource: string, at: Named) => `kubectl delete ${kinds.commandName(resource)} ${at.name}${inNamespace(at)}`,
  scale: (resource: string, at: Named, replicas: number) => `kubectl scale ${kinds.commandName(resource)}/${at.name}${inNamespace(at)} --replicas=${replicas}`,
  rollout: (verb: 'restart' | 'undo' | 'status', resource: string, at: Named) => `kubectl rollout ${verb} ${kinds.commandName(resource)}/${at.name}${inNamespace(at)}`,
  /** Makes a Job now from what a CronJob would make. */
  trigger: (at: Named, job: string) => `kubectl create job ${job}${inNamespace(at)} --from=cronjob/${at.name}`,
  suspend: (resource: string, at: Named, suspend: boolean) => `kubectl patch ${kinds.commandName(resource)}/${at.name}${inNamespace(at)} --type=merge -p '{"spec":{"suspend":${String(suspend)}}}'`,
  /** No Kubernetes command switches a machine off. */
  power: (action: 'crash' | 'restart', { name }: Named) => `podarium node ${action} ${name}`,
  logs: (at: Named) => `kubectl logs ${at.name}${inNamespace(at)}`,
});
export type Commands = ReturnType<typeof commandsOf>;

const starters: Readonly<Record<string, string>> = {
  pods: 'kubectl run nginx --image=nginx',
  'deployments.apps': 'kubectl create deployment web --image=nginx --replicas=3',
  'replicasets.apps': 'kubectl create deployment web --image=nginx --replicas=3',
  'jobs.batch': 'kubectl create job hello --image=busybox -- echo hello',
  'cronjobs.batch': 'kubectl create cronjob tick --image=busybox --schedule="* * * * *" -- date',
  services: 'kubectl create service clusterip web --tcp=80:80',
  configmaps: 'kubectl create configmap settings --from-literal=colour=blue',
  secrets: 'kubectl create secret generic password --from-literal=password=s3cret',
  serviceaccounts: 'kubectl create serviceaccount builder',
  namespaces: 'kubectl create namespace team-a',
};
/** A command that makes a first object of this kind. */
export const starterCommand = (resource: string): string | undefined => starters[resource];

/** Whether something will make this object again when it is deleted. */
export const isRecreated = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.some(({ controller }) => controller) ?? false;
