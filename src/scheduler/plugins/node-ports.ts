import { rejection, type Plugin } from '../framework';
import { hostPorts, portsConflict } from '../../kinds/core/host-ports';

const taken = rejection('NodePorts', "node(s) didn't have free ports for the requested pod ports", false);

/** Keeps two pods from taking the same host port of a node. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  looksAt: hostPorts,
  preFilter: ({ pod }) => {
    const wanted = hostPorts(pod.spec);
    if (wanted.length === 0) return undefined;
    return { test: ({ usedPorts }) => (usedPorts.length > 0 && wanted.some((port) => usedPorts.some((used) => portsConflict(port, used))) ? taken : undefined) };
  },
  hints: {
    NodeAdd: () => true,
    AssignedPodDelete: (waiting, { pod }) => hostPorts(waiting.spec).some((port) => hostPorts(pod.spec).some((freed) => portsConflict(port, freed))),
  },
};
