import { rejection, type Plugin } from '../framework';

const otherNode = rejection('NodeName', "node(s) didn't match the requested node name");

/** Only the node that the pod names, if it names one. */
export const nodeName: Plugin = {
  name: 'NodeName',
  looksAt: ({ nodeName: wanted }) => wanted,
  preFilter: ({ pod: { spec } }) => (spec.nodeName ? { test: ({ name }) => (name === spec.nodeName ? undefined : otherNode) } : undefined),
  hints: { NodeAdd: ({ spec }, { node }) => !spec.nodeName || spec.nodeName === node.metadata.name },
};
