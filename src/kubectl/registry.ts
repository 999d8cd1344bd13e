import { createConfigMap, createDockerSecret, createGenericSecret, createTlsSecret } from './generators/data';
import {
  createBudget, createClusterRole, createClusterRoleBinding, createNamespace, createPriorityClass, createQuota, createRole, createRoleBinding,
  createServiceAccount,
} from './generators/rights';
import { createClusterIP, createExternalName, createLoadBalancer, createNodePort } from './generators/services';
import { createCronJob, createDeployment, createJob } from './generators/workloads';
import type { Group } from './help';
import type { Verb } from './verb';
import { apply } from './verbs/apply';
import { canI } from './verbs/auth';
import { createToken, reconcile, whoAmI } from './verbs/auth-identity';
import { certificateApprove, certificateDeny } from './verbs/certificate';
import { apiResources, apiVersions, clusterInfo, version } from './verbs/cluster';
import { configVerbs } from './verbs/config';
import { create } from './verbs/create';
import { deleteVerb } from './verbs/delete';
import { describe } from './verbs/describe';
import { edit } from './verbs/edit';
import { events } from './verbs/events';
import { attach, exec } from './verbs/exec';
import { explain } from './verbs/explain';
import { expose } from './verbs/expose';
import { get } from './verbs/get';
import { annotate, label } from './verbs/label';
import { logs } from './verbs/logs';
import { cordon, drain, taint, uncordon } from './verbs/nodes';
import { patch } from './verbs/patch';
import { replace } from './verbs/replace';
import { rolloutPause, rolloutRestart, rolloutResume } from './verbs/rollout';
import { rolloutHistory, rolloutUndo } from './verbs/rollout-history';
import { rolloutStatus } from './verbs/rollout-status';
import { run } from './verbs/run';
import { scale } from './verbs/scale';
import { setEnv, setImage, setResources } from './verbs/set';
import { topNode, topPod } from './verbs/top';
import { wait } from './verbs/wait';

/** Every verb, in the order of help. */
export const verbs: readonly Verb[] = [
  create, createClusterRole, createClusterRoleBinding, createConfigMap, createCronJob, createDeployment, createJob, createNamespace, createBudget,
  createPriorityClass, createQuota, createRole, createRoleBinding,
  createDockerSecret, createGenericSecret, createTlsSecret, createClusterIP, createExternalName, createLoadBalancer, createNodePort, createServiceAccount, createToken,
  expose, run, setEnv, setImage, setResources, explain, get, edit, deleteVerb,
  rolloutHistory, rolloutPause, rolloutRestart, rolloutResume, rolloutStatus, rolloutUndo, scale,
  certificateApprove, certificateDeny, clusterInfo, topNode, topPod, cordon, uncordon, drain, taint,
  describe, logs, attach, exec, canI, reconcile, whoAmI, events, apply, patch, replace, wait, label, annotate,
  apiResources, apiVersions, ...configVerbs, version,
];

/** Families of verbs that do nothing by themselves. */
export const groups: readonly Group[] = [
  { name: 'set', category: 'Basic Commands (Beginner)', usage: 'set SUBCOMMAND', summary: 'Set specific features on objects' },
  { name: 'rollout', category: 'Deploy Commands', usage: 'rollout SUBCOMMAND', summary: 'Manage the rollout of a resource' },
  { name: 'certificate', category: 'Cluster Management Commands', usage: 'certificate SUBCOMMAND', summary: 'Modify certificate resources' },
  { name: 'top', category: 'Cluster Management Commands', usage: 'top', summary: 'Display resource (CPU/memory) usage' },
  { name: 'auth', category: 'Troubleshooting and Debugging Commands', usage: 'auth', summary: 'Inspect authorization' },
  { name: 'config', category: 'Other Commands', usage: 'config SUBCOMMAND', summary: 'Modify kubeconfig files' },
  { name: 'create service', usage: 'create service [flags]', summary: 'Create a service using a specified subcommand' },
  { name: 'create secret', usage: 'create secret (docker-registry | generic | tls)', summary: 'Create a secret using a specified subcommand' },
];

export const isGroup = (name: string): boolean => groups.some((group) => group.name === name);

/** The subcommands one level below `name`. */
export const membersOf = (name: string): readonly (Verb | Group)[] => {
  const depth = name.split(' ').length + 1;
  return [...verbs, ...groups].filter((each) => each.name.startsWith(`${name} `) && each.name.split(' ').length === depth).sort((a, b) => (a.name < b.name ? -1 : 1));
};
