import type { KubeObject } from '../../src/api/types';
import { commandName } from './kinds';

type Named = { readonly name: string; readonly namespace?: string | undefined };

/** `-n x` where kubectl would look elsewhere. */
const inNamespace = ({ namespace }: Named): string => (namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`);

/** The kubectl commands behind the page's buttons. */
export const commands = {
  get: (resource: string, at: Named) => `kubectl get ${commandName(resource)} ${at.name}${inNamespace(at)} -o yaml`,
  describe: (resource: string, at: Named) => `kubectl describe ${commandName(resource)} ${at.name}${inNamespace(at)}`,
  edit: (resource: string, at: Named) => `kubectl edit ${commandName(resource)} ${at.name}${inNamespace(at)}`,
  delete: (resource: string, at: Named) => `kubectl delete ${commandName(resource)} ${at.name}${inNamespace(at)}`,
  scale: (resource: string, at: Named, replicas: number) => `kubectl scale ${commandName(resource)}/${at.name}${inNamespace(at)} --replicas=${replicas}`,
  rollout: (verb: 'restart' | 'undo' | 'status', at: Named) => `kubectl rollout ${verb} deployment/${at.name}${inNamespace(at)}`,
  /** No Kubernetes command switches a machine off. */
  power: (action: 'crash' | 'restart', { name }: Named) => `podarium node ${action} ${name}`,
  logs: (at: Named) => `kubectl logs ${at.name}${inNamespace(at)}`,
};

const starters: Readonly<Record<string, string>> = {
  pods: 'kubectl run nginx --image=nginx',
  'deployments.apps': 'kubectl create deployment web --image=nginx --replicas=3',
  'replicasets.apps': 'kubectl create deployment web --image=nginx --replicas=3',
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
