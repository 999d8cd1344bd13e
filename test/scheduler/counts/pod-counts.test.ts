import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectorOf } from '../../../src/lib/selectors';
import type { Affinity, Node, Pod } from '../../../src/schema/types';
import { termsMatcher, termsOf } from '../../../src/scheduler/counts/affinity-terms';
import { inclusionOf } from '../../../src/scheduler/counts/node-set';
import { spreadMatcher } from '../../../src/scheduler/counts/pod-matcher';
import { NodeTable } from '../../../src/scheduler/node-table';
import { makeNode, makePod } from '../objects';
import { TableLife } from '../table-life';

const keys = ['zone', 'rack'];
const selectors = [selectorOf({ matchLabels: { app: 'a' } }), selectorOf({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }), selectorOf({}), selectorOf(undefined)];
const asking = (spec: Partial<Pod['spec']> = {}): Pod => makePod('asking', {}, spec);
const inclusions = [
  inclusionOf(asking(), {}, []), inclusionOf(asking(), { nodeTaintsPolicy: 'Honor' }, keys), inclusionOf(asking({ nodeSelector: { disk: 'ssd' } }), {}, ['zone']),
];
const affinityWith = (app: string, namespaceTeam?: string): Affinity => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{
    topologyKey: 'zone', labelSelector: { matchLabels: { app } }, ...(namespaceTeam && { namespaceSelector: { matchLabels: { team: namespaceTeam } } }),
  }] },
  podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 3, podAffinityTerm: { topologyKey: 'rack', labelSelector: { matchLabels: { app } } } }] },
});
const affinities = [undefined, affinityWith('a'), affinityWith('b', 'red')];

const podOf = fc.record({ app: fc.constantFrom('a', 'b'), tier: fc.boolean(), namespace: fc.constantFrom('default', 'other'), affinity: fc.constantFrom(...affinities), leaving: fc.boolean() })
  .map(({ app, tier, namespace, affinity, leaving }) => (name: string): Pod => {
    const made = makePod(name, {}, affinity ? { affinity } : {});
    return { ...made, metadata: { ...made.metadata, namespace, labels: { app, ...(tier && { tier: 'x' }) }, ...(leaving && { deletionTimestamp: '2026-01-01T00:00:00Z' }) } };
  });
const nodeOf = fc.record({ zone: fc.constantFrom('', 'z1', 'z2'), rack: fc.constantFrom('', 'r1', 'r2', 'r3'), ssd: fc.boolean(), tainted: fc.boolean() })
  .map(({ zone, rack, ssd, tainted }) => (name: string): Node => makeNode(name, undefined, {
    labels: { ...(zone && { zone }), ...(rack && { rack }), ...(ssd && { disk: 'ssd' }) }, spec: tainted ? { taints: [{ key: 'k', effect: 'NoSchedule' }] } : {},
  }));
const change = fc.oneof(
  { weight: 3, arbitrary: fc.record({ pod: fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5'), on: fc.constantFrom('n1', 'n2', 'n3', 'n4'), make: fc.option(podOf, { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ node: fc.constantFrom('n1', 'n2', 'n3', 'n4'), make: fc.option(nodeOf, { nil: undefined }) }) },
  fc.record({ namespace: fc.constantFrom('default', 'other'), team: fc.constantFrom('red', 'blue') }),
  fc.record({ ask: fc.nat(99) }),
);

/** Every answer of a table, by names instead of numbers. */
function answers(table: NodeTable): unknown {
  const { counts } = table;
  const askedFor = affinities.flatMap((affinity) => (affinity ? termsOf(asking({ affinity })).antiAffinity : []));
  const matchers = [...['default', 'other'].flatMap((namespace) => selectors.map((selector) => spreadMatcher(namespace, selector))),
    ...askedFor.map((term) => termsMatcher([term], counts.namespaceLabels))];
  const incoming = ['a', 'b'].flatMap((app) => ['default', 'other'].map((namespace) => ({ ...asking(), metadata: { ...asking().metadata, namespace, labels: { app } } })));
  return {
    tallies: matchers.map((matcher) => {
      const tally = counts.tally(matcher);
      return [matcher.name, table.list.map(({ name, slot }) => [name, tally.perNode[slot] ?? 0]).sort(), keys.map((key) => {
        const topology = counts.topology(key);
        const plain = tally.by(topology);
        return [
          [plain.nonZero, ...['z1', 'z2', 'r1', 'r2', 'r3'].map((value) => { const at = topology.numberOf(value); return at === undefined ? 0 : plain.counts[at] ?? 0; })],
          inclusions.map((inclusion) => {
            const nodes = counts.nodeSet(key, inclusion);
            const domains = tally.by(nodes);
            return [nodes.domainCount, domains.least, ['z1', 'z2', 'r1', 'r2', 'r3'].map((value) => { const at = topology.numberOf(value); return at === undefined ? 0 : domains.counts[at] ?? 0; })];
          }),
        ];
      })];
    }),
    held: incoming.map((pod) => counts.termsAbout(pod)
      .map(({ term, stance, tally, domains }) => [stance, term.name, tally.total, domains.nonZero, table.list.map(({ name, slot }) => [name, domains.of(slot)]).sort()]).sort()),
  };
}

test('counts kept up change by change are the counts taken from scratch', () => {
  fc.assert(fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
    const life = new TableLife();
    answers(life.kept);   // every question is open from the beginning
    for (const each of changes) if ('ask' in each) answers(life.kept); else life.play(each);
    expect(answers(life.kept)).toEqual(answers(life.rebuilt()));
  }), { numRuns: 300 });
});

test('a pod is counted where the labels of its node say at that moment', () => {
  const table = new NodeTable();
  const pod = { ...makePod('p'), metadata: { ...makePod('p').metadata, labels: { app: 'a' } } };
  table.setPod('default/p', 'n', pod);
  const tally = table.counts.tally(spreadMatcher('default', selectorOf({ matchLabels: { app: 'a' } })));
  const zones = tally.by(table.counts.topology('zone'));
  expect(zones.nonZero).toBe(0);   // the node is not known yet
  table.setNode('n', makeNode('n', undefined, { labels: { zone: 'z1' } }));
  const slot = table.get('n')?.slot ?? -1;
  expect([zones.nonZero, zones.of(slot)]).toEqual([1, 1]);
  table.setNode('n', makeNode('n', undefined, { labels: { zone: 'z2' } }));
  expect([zones.nonZero, zones.of(slot), zones.topology.numberOf('z1')]).toEqual([1, 1, undefined]);
});
