import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/cluster';
import { Pods } from '../../src/kinds/core/pod';
import { decisionTable } from '../../web/lib/scheduling';

const pod = (cpu: string) => ({ metadata: { name: 'p', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu } } }] } });

function decided(cpu: string) {
  const cluster = createCluster({ seed: 3 }).boot();
  cluster.client.create(Pods, pod(cpu));
  cluster.clock.advanceBy(5_000);
  const decision = cluster.decisions.get('default/p');
  if (!decision) throw new Error('nothing was decided');
  return { decision, table: decisionTable(decision) };
}

describe('why a pod is where it is', () => {
  test('the chosen node comes first and its points add up; the control plane is turned away by its taint', () => {
    const { decision, table } = decided('100m');
    expect(table.nodes[0]).toBe(decision.node);
    expect(table.nodes).toHaveLength(3);
    table.nodes.forEach((_, at) => expect(Math.abs(table.scores.reduce((sum, { points }) => sum + (points[at] ?? 0), 0) - (table.totals[at] ?? 0))).toBeLessThanOrEqual(table.scores.length));
    expect(table.rejected).toEqual([{ plugin: 'TaintToleration', reason: expect.stringContaining('untolerated taint'), nodes: ['control-plane'] }]);
    expect(table.sentence).toContain(`${decision.node ?? ''}: one of 3 nodes that fit, of 4`);
  });

  test('a pod that fits nowhere shows every node once, under what turned it away', () => {
    const { table } = decided('64');
    expect(table.nodes).toEqual([]);
    expect(table.rejected.flatMap(({ nodes }) => nodes).toSorted()).toEqual(['control-plane', 'node-1', 'node-2', 'node-3']);
    expect(table.rejected.find(({ plugin }) => plugin === 'NodeResourcesFit')).toMatchObject({ reason: 'Insufficient cpu', nodes: ['node-1', 'node-2', 'node-3'] });
    expect(table.sentence).toContain('none of 4 nodes fits');
  });
});
