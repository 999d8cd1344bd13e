const leastNodes = 100;
const leastPercent = 5;

/**
 * How many nodes that fit are enough to choose among: all in a small cluster, a sample in a large one.
 * `percentage` 0 means that it follows from the cluster's size.
 */
export function numFeasibleNodesToFind(nodes: number, percentage = 0): number {
  if (nodes < leastNodes) return nodes;
  const percent = percentage === 0 ? Math.max(50 - Math.trunc(nodes / 125), leastPercent) : percentage;
  return percent >= 100 ? nodes : Math.max(Math.trunc((nodes * percent) / 100), leastNodes);
}
