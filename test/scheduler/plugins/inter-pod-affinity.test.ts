import { describe, expect, test } from 'vitest';
import type { Affinity, Node, Pod, PodAffinityTerm } from '../../../src/schema/types';
import type { NodeTable } from '../../../src/scheduler/node-table';
import { interPodAffinity } from '../../../src/scheduler/plugins/inter-pod-affinity';
import { filterAll, makeNode, makePod, scoreAll, tableOf } from '../objects';

type Labels = Readonly<Record<string, string>>;
const china = { region: 'China' };
const india = { region: 'India' };
const az1 = { az: 'az1' };
const az2 = { az: 'az2' };
const s1 = { security: 'S1' };
const s2 = { security: 'S2' };
const node = (name: string, labels: Labels): Node => makeNode(name, undefined, { labels });
let serial = 0;
const pod = (labels: Labels, affinity?: Affinity, namespace = 'default'): Pod => {
  const made = makePod(`p${serial++}`, {}, affinity ? { affinity } : {});
  return { ...made, metadata: { ...made.metadata, labels, namespace } };
};
const security = (operator: string, ...values: readonly string[]) => ({ matchExpressions: [{ key: 'security', operator, ...(values.length > 0 && { values }) }] });
const term = (topologyKey: string, value: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({ topologyKey, labelSelector: security('In', value), ...more });
const weighted = (weight: number, podAffinityTerm: PodAffinityTerm) => ({ weight, podAffinityTerm });
const near = (...terms: readonly ReturnType<typeof weighted>[]): Affinity => ({ podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } });
const away = (...terms: readonly ReturnType<typeof weighted>[]): Affinity => ({ podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } });
const stayWithS1 = near(weighted(5, term('region', 'S1')));
const stayWithS2 = near(weighted(6, term('region', 'S2')));
const awayFromS1 = away(weighted(5, term('az', 'S1')));
const awayFromS2 = away(weighted(5, term('az', 'S2')));
const both = { ...near(weighted(8, term('region', 'S1'))), ...away(weighted(5, term('az', 'S2'))) };
const byTeam = { namespaces: ['subteam2.team2'], namespaceSelector: { matchLabels: { team: 'team1' } } };
const hard: Affinity = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [
  { topologyKey: 'region', labelSelector: security('In', 'S1', 'value2') },
  { topologyKey: 'region', labelSelector: { matchExpressions: [{ key: 'security', operator: 'Exists' }, { key: 'wrongkey', operator: 'DoesNotExist' }] } },
] } };

function withTeams(table: NodeTable): NodeTable {
  for (const [name, team] of [['subteam1.team1', 'team1'], ['subteam2.team1', 'team1'], ['subteam1.team2', 'team2'], ['subteam2.team2', 'team2']] as const) table.counts.setNamespace(name, { team });
  return table;
}

describe("InterPodAffinity scores as upstream's scoring_test has them", () => {
  const plugin = interPodAffinity();
  const three = (first: readonly Pod[], second: readonly Pod[], third: readonly Pod[] = []) =>
    withTeams(tableOf([node('node1', china), ...first], [node('node2', india), ...second], [node('node3', az1), ...third]));

  test.each<[string, Pod, NodeTable, readonly number[] | undefined]>([
    ['nothing asked: no opinion', pod(s1), three([], []), undefined],
    ['preferred affinity', pod(s1, stayWithS1), three([pod(s1)], [pod(s2)], [pod(s1)]), [100, 0, 0]],
    ['more matching pods in one region', pod(s1, stayWithS2), tableOf(
      [node('node1', china), pod(s2), pod(s2)], [node('node2', india), pod(s2)], [node('node3', china), pod(s2)], [node('node4', china), pod(s2)], [node('node5', india), pod(s2)]),
    [100, 0, 100, 100, 0]],
    ['different operators', pod(s1, near(
      weighted(8, { topologyKey: 'region', labelSelector: { matchExpressions: [{ key: 'security', operator: 'NotIn', values: ['S1'] }, { key: 'security', operator: 'In', values: ['S2'] }] } }),
      weighted(2, { topologyKey: 'region', labelSelector: { matchExpressions: [{ key: 'security', operator: 'Exists' }, { key: 'wrongkey', operator: 'DoesNotExist' }] } }),
    )), three([pod(s1)], [pod(s2)], [pod(s1)]), [20, 100, 0]],
    ['symmetry of preferred affinity', pod(s2), three([pod(s1, stayWithS1)], [pod(s2, stayWithS2)]), [0, 100, 0]],
    ['symmetry with namespace selector', pod(s1, undefined, 'subteam1.team1'), three([pod(s1, near(weighted(5, term('region', 'S1', byTeam))))], [pod(s2, stayWithS2)]), [100, 0, 0]],
    ['symmetry of anti-affinity with namespace selector', pod(s1, undefined, 'subteam1.team1'),
      three([pod(s1, away(weighted(5, term('region', 'S1', byTeam))))], [pod(s2, stayWithS2)]), [0, 100, 100]],
    ['symmetry of required affinity', pod(s1), three([pod(s1, hard)], [pod(s2, hard)]), [100, 100, 0]],
    ['anti-affinity', pod(s1, awayFromS1), tableOf([node('node1', az1), pod(s1)], [node('node2', china), pod(s2)]), [0, 100]],
    ['symmetry of anti-affinity', pod(s2), tableOf([node('node1', az1), pod(s1, awayFromS2)], [node('node2', az2), pod(s2, awayFromS1)]), [0, 100]],
    ['both', pod(s1, both), tableOf([node('node1', china), pod(s1)], [node('node2', az1), pod(s1)]), [100, 0]],
    ['both, and symmetry of both', pod(s1, both), tableOf(
      [node('node1', china), pod(s1)], [node('node2', az1), pod(s2)], [node('node3', india), pod({}, both)], [node('node4', az2), pod({}, awayFromS1)]), [100, 0, 100, 0]],
    ['all nodes alike', pod(s1), tableOf([node('node1', china), pod(s1)], [node('node2', china), pod({}, both)]), [0, 0]],
    ['pods of namespaces selected by label', pod(s1, near(weighted(5, term('region', 'S1', byTeam))), 'subteam1.team1'),
      three([pod(s1, undefined, 'subteam1.team1'), pod(s1, undefined, 'subteam2.team1')], [pod(s1, undefined, 'subteam1.team2')]), [100, 0, 0]],
  ])('%s', (_case, incoming, table, expected) => expect(scoreAll(plugin, incoming, table)).toEqual(expected));

  test('hardPodAffinityWeight 0 takes no notice of required affinity', () => {
    expect(scoreAll(interPodAffinity({ hardPodAffinityWeight: 0 }), pod(s1), three([pod(s1, hard)], []))).toBeUndefined();
    expect(scoreAll(interPodAffinity({ ignorePreferredTermsOfExistingPods: true }), pod(s2), three([pod(s1, stayWithS1)], [pod(s2, stayWithS2)]))).toBeUndefined();
  });
});

describe('InterPodAffinity filters', () => {
  const plugin = interPodAffinity();
  const notWith = ["node(s) didn't match pod affinity rules"];
  const notBeside = ["node(s) didn't match pod anti-affinity rules"];
  const notWanted = ["node(s) didn't satisfy existing pods anti-affinity rules"];
  const withTerm = (...requiredDuringSchedulingIgnoredDuringExecution: readonly PodAffinityTerm[]): Affinity => ({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution } });
  const without = (...requiredDuringSchedulingIgnoredDuringExecution: readonly PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution } });
  const region = (value: string, more: Partial<PodAffinityTerm> = {}) => term('region', value, more);

  test.each<[string, Pod, NodeTable, readonly (readonly string[] | undefined)[]]>([
    ['no rules', pod(s1), tableOf([node('n', china), pod(s1)]), [undefined]],
    ['required affinity', pod({}, withTerm(region('S1'))), tableOf([node('n1', china), pod(s1)], node('n2', india), node('n3', china), node('n4', az1)), [undefined, notWith, undefined, notWith]],
    ['nobody to be with', pod({}, withTerm(region('S1'))), tableOf(node('n1', china)), [notWith]],
    ['the first of a group may go anywhere that has the label', pod(s1, withTerm(region('S1'))), tableOf(node('n1', china), node('n2', az1)), [undefined, notWith]],
    ['but not the second', pod(s1, withTerm(region('S1'))), tableOf([node('n1', china), pod(s1)], node('n2', india)), [undefined, notWith]],
    ['terms of affinity count only together', pod({}, withTerm(region('S1'), { topologyKey: 'az', labelSelector: { matchLabels: { app: 'x' } } })),
      tableOf([node('n1', { ...china, ...az1 }), pod(s1), pod({ app: 'x' })]), [notWith]],
    ['other namespaces are not looked at', pod({}, withTerm(region('S1'))), tableOf([node('n1', china), pod(s1, undefined, 'other')]), [notWith]],
    ['unless named', pod({}, withTerm(region('S1', { namespaces: ['other'] }))), tableOf([node('n1', china), pod(s1, undefined, 'other')]), [undefined]],
    ['or selected', pod({}, withTerm(region('S1', { namespaceSelector: { matchLabels: { team: 'team1' } } }))),
      withTeams(tableOf([node('n1', china), pod(s1, undefined, 'subteam1.team1')])), [undefined]],
    ['an empty namespace selector selects all', pod({}, withTerm(region('S1', { namespaceSelector: {} }))), withTeams(tableOf([node('n1', china), pod(s1, undefined, 'subteam1.team2')])), [undefined]],
    ['anti-affinity', pod({}, without(region('S1'))), tableOf([node('n1', china), pod(s1)], node('n2', china), node('n3', india), node('n4', az1)), [notBeside, notBeside, undefined, undefined]],
    ['anti-affinity of a running pod', pod(s1), tableOf([node('n1', china), pod(s2, without(region('S1')))], node('n2', india), node('n3', china)), [notWanted, undefined, notWanted]],
    ['of a running pod in another namespace', pod(s1), tableOf([node('n1', china), pod(s2, without(region('S1')), 'other')]), [undefined]],
    ['one that selects the namespace', pod(s1, undefined, 'subteam1.team1'),
      withTeams(tableOf([node('n1', china), pod(s2, without(region('S1', { namespaceSelector: { matchLabels: { team: 'team1' } } })), 'other')])), [notWanted]],
  ])('%s', (_case, incoming, table, expected) => expect(filterAll(plugin, incoming, table)).toEqual(expected));
});
