import type { Container, PodSpec } from '../../schema/types';
import { rejection, type Plugin } from '../framework';

const lacking = rejection('NodeDeclaredFeatures', "node(s) didn't match Pod's required features");

const restartsAll = ({ restartPolicyRules }: Container): boolean => restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers') ?? false;

/** What pods may need that not every kubelet of the versions that may run together can do. */
const features: readonly { readonly name: string; isNeededBy(spec: PodSpec): boolean }[] = [
  {
    name: 'RestartAllContainersOnContainerExits',
    isNeededBy: ({ containers, initContainers }) => containers.some(restartsAll) || (initContainers?.some(restartsAll) ?? false),
  },
];
const needsOf = (spec: PodSpec): readonly string[] => features.filter(({ isNeededBy }) => isNeededBy(spec)).map(({ name }) => name);

/** Keeps a pod off nodes whose kubelet does not declare what the pod needs of it. */
export const nodeDeclaredFeatures: Plugin = {
  name: 'NodeDeclaredFeatures',
  looksAt: needsOf,
  preFilter: ({ pod }) => {
    const needs = needsOf(pod.spec);
    return needs.length === 0 ? undefined : { test: ({ node }) => (needs.every((name) => node?.status?.declaredFeatures?.includes(name)) ? undefined : lacking) };
  },
  hints: {
    NodeAdd: () => true,
    NodeUpdate: (_pod, { previous, node }) => previous.status?.declaredFeatures !== node.status?.declaredFeatures,
    PodUpdate: (_pod, { previous, pod }) => needsOf(previous.spec).join() !== needsOf(pod.spec).join(),
  },
};
