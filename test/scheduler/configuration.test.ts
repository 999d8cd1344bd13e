import { describe, expect, test } from 'vitest';
import type { KubeSchedulerConfiguration, SchedulerProfile } from '../../src/scheduler/configuration';
import { profilesOf, SchedulerConfigurationError } from '../../src/scheduler/configuration';
import { defaultNames } from '../../src/scheduler/plugins/default-plugins';
import { filterAll, makeNode, makePod, scoreAll, tableOf } from './objects';

const pluginsOf = (profile: SchedulerProfile = {}) => profilesOf({ profiles: [profile] })[0]?.plugins ?? [];
const pluginOf = (name: string, profile?: SchedulerProfile) => pluginsOf(profile).find(({ plugin }) => plugin.name === name);

describe('without a configuration', () => {
  test('there is one profile with all default plugins in upstream\'s order', () => {
    const [profile, ...others] = profilesOf({});
    expect(others).toEqual([]);
    expect(profile).toMatchObject({ schedulerName: 'default-scheduler', percentageOfNodesToScore: 0 });
    expect(profile?.plugins.map(({ plugin }) => plugin.name)).toEqual(defaultNames);
  });

  test('scores weigh as upstream weighs them', () => {
    const weights = Object.fromEntries(pluginsOf().filter(({ plugin }) => plugin.preScore).map(({ plugin, weight }) => [plugin.name, weight]));
    expect(weights).toMatchObject({
      TaintToleration: 3, NodeAffinity: 2, NodeResourcesFit: 1, PodTopologySpread: 2, InterPodAffinity: 2, NodeResourcesBalancedAllocation: 1, ImageLocality: 1,
    });
  });

  test('plugins take part where they do upstream', () => {
    const at = (point: 'preEnqueue' | 'queueSort' | 'preFilter' | 'postFilter' | 'preScore') => pluginsOf().filter(({ plugin }) => plugin[point]).map(({ plugin }) => plugin.name);
    expect(at('preEnqueue')).toEqual(['SchedulingGates']);
    expect(at('queueSort')).toEqual(['PrioritySort']);
    expect(at('preFilter')).toEqual(['NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts', 'NodeResourcesFit', 'VolumeRestrictions', 'NodeVolumeLimits',
      'VolumeBinding', 'VolumeZone', 'PodTopologySpread', 'InterPodAffinity', 'DynamicResources', 'NodeDeclaredFeatures']);
    expect(at('postFilter')).toEqual(['DynamicResources', 'DefaultPreemption']);
    expect(at('preScore')).toEqual(['TaintToleration', 'NodeAffinity', 'NodeResourcesFit', 'PodTopologySpread', 'InterPodAffinity', 'NodeResourcesBalancedAllocation', 'ImageLocality']);
  });
});

describe('plugins', () => {
  const names = (profile: SchedulerProfile) => pluginsOf(profile).map(({ plugin }) => plugin.name);

  test('are taken out everywhere, and put in with another weight', () => {
    expect(names({ plugins: { multiPoint: { disabled: [{ name: 'ImageLocality' }] } } })).toEqual(defaultNames.filter((name) => name !== 'ImageLocality'));
    expect(names({ plugins: { multiPoint: { disabled: [{ name: '*' }], enabled: [{ name: 'PrioritySort' }, { name: 'NodeResourcesFit' }] } } })).toEqual(['PrioritySort', 'NodeResourcesFit']);
    const heavier: SchedulerProfile = { plugins: { multiPoint: { enabled: [{ name: 'NodeAffinity', weight: 9 }] } } };
    expect(names(heavier)).toEqual(defaultNames);
    expect(pluginOf('NodeAffinity', heavier)?.weight).toBe(9);
  });

  test('are taken out at one extension point alone', () => {
    const profile: SchedulerProfile = { plugins: { score: { disabled: [{ name: 'NodeResourcesFit' }] } } };
    expect(pluginOf('NodeResourcesFit', profile)?.plugin.preScore).toBeUndefined();
    expect(pluginOf('NodeResourcesFit', profile)?.plugin.preFilter).toBeDefined();
  });

  test('are put in at one extension point alone, with the weight given there', () => {
    const profile: SchedulerProfile = { plugins: { multiPoint: { disabled: [{ name: 'TaintToleration' }] }, score: { enabled: [{ name: 'TaintToleration', weight: 5 }] } } };
    const found = pluginOf('TaintToleration', profile);
    expect([found?.weight, found?.plugin.preScore !== undefined, found?.plugin.preFilter]).toEqual([5, true, undefined]);
    expect(pluginOf('NodeAffinity', { plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeAffinity', weight: 7 }] } } })?.weight).toBe(7);
  });

  test('are made with their arguments', () => {
    const nodes = tableOf(makeNode('empty'), [makeNode('busy'), makePod('a', { cpu: '2', memory: '4Gi' })]);
    const fuller: SchedulerProfile = { pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }] };
    const scores = (profile?: SchedulerProfile) => scoreAll(pluginOf('NodeResourcesFit', profile)?.plugin ?? { name: '' }, makePod('p', { cpu: '1', memory: '2Gi' }), nodes);
    expect([scores(), scores(fuller)]).toEqual([[75, 25], [25, 75]]);
    const zones: SchedulerProfile = { pluginConfig: [{ name: 'NodeAffinity', args: { addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [
      { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['busy'] }] }] } } } }] };
    expect(filterAll(pluginOf('NodeAffinity', zones)?.plugin ?? { name: '' }, makePod('p'), nodes).map((reasons) => reasons === undefined)).toEqual([false, true]);
  });
});

test.each<[string, KubeSchedulerConfiguration, string]>([
  ['an unknown plugin', { profiles: [{ plugins: { multiPoint: { enabled: [{ name: 'Nobody' }] } } }] }, 'plugin "Nobody" does not exist'],
  ['arguments of an unknown plugin', { profiles: [{ pluginConfig: [{ name: 'Nobody' }] }] }, 'plugin "Nobody" does not exist'],
  ['arguments that cannot be', { profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'X' } } }] }] },
    'initializing plugin "NodeResourcesFit": scoringStrategy.type'],
  ['two profiles of one name', { profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }] }, 'duplicate profile with scheduler name "a"'],
  ['a percentage over 100', { percentageOfNodesToScore: 101 }, 'not in valid range [0-100]'],
])('%s is refused', (_case, configuration, message) => {
  expect(() => profilesOf(configuration)).toThrow(SchedulerConfigurationError);
  expect(() => profilesOf(configuration)).toThrow(message);
});

test('a profile may look at fewer nodes than others', () => {
  expect(profilesOf({ percentageOfNodesToScore: 50, profiles: [{ schedulerName: 'a' }, { schedulerName: 'b', percentageOfNodesToScore: 10 }] })
    .map(({ schedulerName, percentageOfNodesToScore }) => [schedulerName, percentageOfNodesToScore])).toEqual([['a', 50], ['b', 10]]);
});
